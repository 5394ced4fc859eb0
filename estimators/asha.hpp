#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/score.hpp"
#include "estimators/window.hpp"

#include <string>
#include <string_view>

namespace evolt {

struct AshaOptions {
  Window window;   ///< min_steps is the first rung
  double eta = 3;  ///< one in so many passes a rung; rungs lie this factor apart
  Score score = kBest;
  std::string name = "asha";
  std::string note;  ///< put behind every reason; empty: nothing to add
};

/// Asynchronous successive halving, stopping variant: at its first report at or past a rung
/// (min_steps, min_steps * eta, min_steps * eta^2, ...) a trial goes on only if its score is among
/// the best floor(n / eta) of the n trials that have come to that rung, itself included.
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
/// algorithm 2; there a free worker promotes paused trials, here nothing is paused: a trial is
/// judged when it comes to the rung, and not again.
class Asha {
 public:
  /// Errors: ConfigError for min_steps below 1 or an eta that is not a finite number above 1.
  explicit Asha(AshaOptions options = {});

  std::string_view name() const { return options_.name; }
  Verdict judge(const Curve& curve, const History& history) const;

 private:
  AshaOptions options_;
};

}  // namespace evolt
