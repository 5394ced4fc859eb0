#pragma once

#include "workers/executor.hpp"
#include "workers/trial_spec.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// One persistent process for each slot, which takes many trials as lines of JSON: what a trainer
/// needs seconds to import is paid for once. Protocol: docs/server-mode.md.
///
/// A server starts with the first trial of its slot. One that dies in the middle of a trial fails
/// that trial and is started again for the next; after three deaths in a row without a word, trials
/// are `not_started`, so that a broken environment is not mistaken for bad configurations. A server
/// that ends with code 0 before it said anything about a trial is started again and given the trial
/// once more (some end after N trials on purpose).
class ServerExecutor final : public Executor {
 public:
  /// Errors, throws: as ProcessExecutor::make; invalid_argument for a capture other than JSON.
  static absl::StatusOr<std::unique_ptr<ServerExecutor>> make(boost::asio::io_context& loop,
                                                              TrialSpec spec);
  ~ServerExecutor() override;

  std::size_t slots() const override;
  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) override;
  void stop(const TrialId& trial, std::string_view reason, StopFor what) override;

 private:
  struct Parts;
  explicit ServerExecutor(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace evolt
