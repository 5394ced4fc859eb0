#pragma once

#include "core/ids.hpp"
#include "core/measurement.hpp"
#include "core/outcome.hpp"
#include "core/trial.hpp"
#include "core/verdict.hpp"

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace evolt {

/// What a stop is for.
enum class StopFor {
  good,    ///< the trial ends with it
  resume,  ///< a later attempt goes on from what this one leaves: it is asked to save
};

/// Hears what becomes of the attempts that were started. Thread: loop.
class TrialObserver {
 public:
  virtual ~TrialObserver() = default;

  /// The attempt runs as this process and what comes from it: told from within start(), or later
  /// where something has to come first, and again where another takes its place.
  virtual void on_process(const TrialId& /*trial*/, std::int32_t /*attempt*/, pid_t /*process*/) {}

  /// The trainer says what it does next, until its next report: `train`, `infer`, ...
  virtual void on_phase(const TrialId& /*trial*/, std::int32_t /*attempt*/,
                        std::string_view /*phase*/) {}

  /// A step was reported. The executor acts on the verdict: it tells a trainer that listens, and a
  /// stop begins at once. Where the verdict comes later, proceed() or stop() of the executor brings
  /// it, and a trainer that listens is told then.
  virtual Verdict on_measurement(const TrialId& trial, std::int32_t attempt,
                                 const Measurement& measurement) = 0;

  /// The attempt ended; its slot is free. Called exactly once for each attempt that was started,
  /// never from within start() or on_measurement().
  virtual void on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) = 0;

  /// The attempt vanished through no fault of the trial (our own helper process died). Its slot is
  /// free; called in place of on_outcome.
  virtual void on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
                       const Usage& usage) = 0;

  /// What start() accepted could not be started after all, as if start() had said so: nothing ran,
  /// and the trial has nothing to do with it. Its slot is free; called in place of on_outcome,
  /// never from within start(). Who does not tell the two apart hears of a loss.
  virtual void on_not_started(const TrialId& trial, std::int32_t attempt, std::string_view reason) {
    on_lost(trial, attempt, reason, {});
  }
};

/// Runs attempts, one on each of its slots. Thread: loop; no call blocks.
class Executor {
 public:
  virtual ~Executor() = default;

  /// How many attempts can run at once; slots are numbered 0 .. slots()-1.
  virtual std::size_t slots() const = 0;

  /// Starts an attempt on `attempt.slot`. Requires: that slot is free. A command that cannot be
  /// started is an outcome (Failure::not_started), reported later; an error here means that nothing
  /// was started and nothing will be reported. Where that is known only later, on_not_started
  /// tells.
  virtual absl::Status start(const Trial& trial, const Attempt& attempt,
                             TrialObserver& observer) = 0;

  /// Asks an attempt to end: TERM, the grace time, KILL; what listens is told before. Its outcome
  /// is reported as usual. Idempotent; an unknown trial is ignored. To resume, a trainer that
  /// listens has half of the grace to save and end by itself before TERM comes, and KILL comes when
  /// the grace is over.
  virtual void stop(const TrialId& trial, std::string_view reason,
                    StopFor what = StopFor::good) = 0;

  /// A verdict that came later: the trial goes on. An unknown trial is ignored, and so is the call
  /// where trainers do not wait for verdicts.
  virtual void proceed(const TrialId& trial) { static_cast<void>(trial); }
};

}  // namespace evolt
