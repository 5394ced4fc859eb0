#include "estimators/power_law.hpp"

#include "core/config_error.hpp"
#include "estimators/power_law_fit.hpp"

#include <absl/strings/str_cat.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace evolt {
namespace {

/// The quantile of the standard normal distribution, by bisection.
double normal_quantile(double chance) {
  double low = -40;
  double high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0)) / 2 < chance ? low : high) = middle;
  }
  return (low + high) / 2;
}

void check_share(double share, const char* what) {
  if (!(share > 0 && share < 1)) {
    throw ConfigError(Complaint{.what = absl::StrCat("the power law's ", what, " is out of range"),
                                .key = "stopper",
                                .found = absl::StrCat(share),
                                .allowed = "above 0, below 1"});
  }
}

}  // namespace

PowerLaw::PowerLaw(PowerLawOptions options) : options_(options) {
  if (options_.window.min_steps < 1) {
    throw ConfigError(Complaint{.what = "the power law needs min_steps of at least 1",
                                .key = "stopper.min_steps",
                                .found = absl::StrCat(options_.window.min_steps)});
  }
  check_share(options_.top, "top");
  check_share(options_.chance, "chance");
  deviations_ = normal_quantile(options_.chance);
}

bool PowerLaw::among_the_best(const Place& place) const {
  return static_cast<double>(place.better) <
         std::ceil(options_.top * static_cast<double>(place.peers));
}

Verdict PowerLaw::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  const std::int64_t step = curve.points.back().step;
  constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t horizon = options_.window.steps > 0 ? options_.window.steps
                               : step > kHighest / 2     ? kHighest
                                                         : grid_step(2 * step);
  const double best = best_of_first(curve, curve.points.size(), history);
  const Place now = history.place(curve.trial, best, horizon);
  if (now.peers < options_.min_peers || among_the_best(now) ||
      among_the_best(history.place(curve.trial, best, grid_step(step)))) {
    return {};
  }
  const auto forecast = extrapolate(curve.points, horizon);
  if (!forecast) {
    return {};
  }
  // With probability `chance` it ends below this; so much the better if that is good enough.
  const double hoped = forecast->value + deviations_ * forecast->spread;
  if (among_the_best(history.place(curve.trial, hoped, horizon))) {
    return {};
  }
  return {.decision = Verdict::Decision::stop,
          .reason = absl::StrCat("at step ", step, " the chance to end among the best ",
                                 100 * options_.top, " % of ", now.peers, " is below ",
                                 100 * options_.chance, " %"),
          .forecast = forecast->value,
          .spread = forecast->spread};
}

}  // namespace evolt
