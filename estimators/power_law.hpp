#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/window.hpp"

#include <cstddef>
#include <string_view>

namespace evolt {

struct PowerLawOptions {
  Window window;
  double top = 0.1;           ///< the share of what finished that a trial should come into
  double chance = 0.05;       ///< of coming there, below which a trial is stopped
  std::size_t min_peers = 5;  ///< fewer trials that finished: proceed
};

/// Stops a trial that will hardly end among the best `top` of what finished: its values so far are
/// extrapolated by power laws to the full length, and the chance is that of a normal distribution
/// with the forecast's mean and standard error. The verdict states both.
///
/// A trial whose best value is among the best `top` of what finished, or of those that came to the
/// same step, goes on whatever the fit says: not every curve is a power law. NaN and infinite
/// values are left out of the fit; a trial whose newest value is one is stopped. An empty curve,
/// fewer than four finite values, a step below `min_steps`, the last step, and fewer than
/// `min_peers` that finished: proceed. With an unknown full length the forecast is for twice the
/// step, among the trials that came there. Ties count for the trial. Shape: curve ordered by step;
/// irregular steps are no matter. Cost: a fit and two questions to the history.
///
/// Source: Domhan, Springenberg, Hutter 2015, IJCAI, section 3.3: stop where
/// P(y_T > best) < 0.05. There the bar is the best of all; we take a share, because one lucky trial
/// would set the bar for ever.
class PowerLaw {
 public:
  /// Errors: ConfigError for min_steps below 1, or a top or chance outside (0, 1).
  explicit PowerLaw(PowerLawOptions options = {});

  std::string_view name() const { return "power_law"; }
  Verdict judge(const Curve& curve, const History& history) const;

 private:
  bool among_the_best(const Place& place) const;

  PowerLawOptions options_;
  double deviations_ = 0;  ///< of a normal distribution, below which `chance` lies
};

}  // namespace evolt
