#pragma once

#include "core/measurement.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "workers/executor.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// What a C++ objective talks to while it runs. Thread: the objective's own.
class Reporter {
 public:
  virtual ~Reporter() = default;

  /// Reports a step and waits for the verdict. False: end soon; what is returned then still counts
  /// as the last values.
  virtual bool report(std::int64_t step, const Metrics& metrics) = 0;

  /// Whether the trial should end; for loops that report seldom.
  virtual bool should_stop() const = 0;

  /// The step to train to: the full length, or less where trials are run again at a higher fidelity
  /// (trial.rerun); 0: not known.
  virtual std::int64_t goal() const = 0;

  /// The trial that runs, for logs and seeds.
  virtual const Trial& trial() const = 0;
};

/// Trains or computes one configuration and returns its metrics, which are merged over the reported
/// ones. An error becomes a failed outcome, invalid_argument an infeasible one, an exception a
/// failed one. Called from several threads at once, and not always from the same.
using ObjectiveFunction =
    std::function<absl::StatusOr<Metrics>(const Params& params, Reporter& reporter)>;

struct InprocOptions {
  std::size_t slots = 1;
  /// Of one trial; one that reports after it is told to stop and counts as failed. A function that
  /// never reports cannot be ended.
  std::optional<Seconds> wall;
  /// Calls that take less, most of the time, are made on the loop's own thread.
  Seconds quick{20e-6};
};

/// Runs a C++ function on a pool of threads, one for each slot. A quick function (see
/// InprocOptions) is called on the loop's own thread, as two changes of thread would cost more than
/// the call; it is back on the pool after a few calls that take longer. What a quick call took
/// stands for its processor time, and a slow one on the loop has none that is known.
///
/// Destroyed while trials run, it tells them to stop and waits for the functions to return; their
/// observers hear nothing any more.
class InprocExecutor final : public Executor {
 public:
  InprocExecutor(boost::asio::io_context& loop, ObjectiveFunction objective,
                 InprocOptions options = {});
  ~InprocExecutor() override;

  std::size_t slots() const override;
  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) override;
  void stop(const TrialId& trial, std::string_view reason, StopFor what) override;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace evolt
