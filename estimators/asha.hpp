#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/parked_trials.hpp"
#include "estimators/rungs.hpp"
#include "estimators/score.hpp"
#include "estimators/window.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evolt {

struct AshaOptions {
  Window window;   ///< min_steps is the first rung
  double eta = 3;  ///< one in so many passes a rung; rungs lie this factor apart
  Score score = kBest;
  std::string name = "asha";
  std::string note;       ///< put behind every reason; empty: nothing to add
  bool promotes = false;  ///< the promotion variant: trials are parked, not stopped
};

/// Asynchronous successive halving. Stopping variant: at its first report at or past a rung
/// (min_steps, min_steps * eta, min_steps * eta^2, ...) a trial goes on only if its score is among
/// the best floor(n / eta) of the n trials that have come to that rung, itself included.
///
/// Promotion variant: a trial that is not among them is parked, also while fewer than eta trials
/// have come, and goes on as soon as it is one of the best floor(n / eta), the highest rung first.
/// When nothing else runs or will be bred the best trial of each rung goes on, so that there is a
/// result.
///
/// Fewer than eta trials at the rung: proceed, so at least one always passes. Between rungs:
/// proceed. A report that passes several rungs at once is judged at the highest. NaN and infinite
/// values are nobody's best; a trial whose newest value is one is stopped, at a rung or not. A
/// trial without the score (it reports no training loss) is ranked by its best value, among all. An
/// empty curve, a step below the first rung and the last step: proceed. With an unknown full length
/// the rungs go on without end. Ties count for the trial. Shape: curve ordered by step. Cost: one
/// question to the history.
///
/// Source: Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", MLSys,
/// algorithm 2, is the promotion variant; the stopping variant judges a trial when it comes to the
/// rung, and not again. We differ in one thing: a trial that belongs to the best when it comes to a
/// rung goes on at once, before a better one that waits elsewhere.
class Asha {
 public:
  /// Errors: ConfigError for min_steps below 1 or an eta that is not a finite number above 1.
  explicit Asha(AshaOptions options = {});

  std::string_view name() const { return options_.name; }
  Verdict judge(const Curve& curve, const History& history) const;

  /// The promotion variant's; nullopt in the other.
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const;

  /// The next rung; nullopt: the end is next.
  std::optional<std::int64_t> goal(std::int64_t step) const;

 private:
  AshaOptions options_;
  Rungs rungs_;
};

}  // namespace evolt
