#pragma once

#include "workers/allotment.hpp"
#include "workers/executor.hpp"
#include "workers/trial_spec.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// What runs for one attempt, as far as it is known before: for `evolt try` and for the start
/// itself.
struct LaunchPlan {
  std::string program;  ///< the file that is executed
  std::vector<std::string> argv;
  std::vector<std::string> variables;  ///< NAME=VALUE, what the trial sees beyond the slot's own
  std::string directory;               ///< where it runs
  std::string attempt_directory;
};

/// One process for each attempt, under a nanny of its own. See docs/trials.md.
///
/// Destroyed while attempts run, it lets their nannies end them (TERM, grace, KILL); their
/// observers hear nothing any more. Not to be destroyed from within a callback.
class ProcessExecutor final : public Executor {
 public:
  /// Errors: not_found, permission_denied for the command or the nanny; invalid_argument for the
  /// capture rule; unavailable when the study's directory cannot be used.
  /// Throws ConfigError: see CommandTemplate and allot().
  static absl::StatusOr<std::unique_ptr<ProcessExecutor>> make(boost::asio::io_context& loop,
                                                               TrialSpec spec);
  ~ProcessExecutor() override;

  std::size_t slots() const override;
  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) override;
  void stop(const TrialId& trial, std::string_view reason, StopFor what) override;
  void proceed(const TrialId& trial) override;

  /// Errors: as an attempt that is not started.
  absl::StatusOr<LaunchPlan> plan(const Trial& trial, const Attempt& attempt) const;

 private:
  struct Parts;
  explicit ProcessExecutor(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace evolt
