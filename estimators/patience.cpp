#include "estimators/patience.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace evolt {

Patience::Patience(PatienceOptions options) : options_(options) {
  if (options_.window.min_steps < 1 || options_.steps < 1) {
    throw ConfigError(
        Complaint{.what = "patience needs min_steps and steps of at least 1", .key = "stopper"});
  }
  if (!(options_.delta >= 0) || !std::isfinite(options_.delta)) {
    throw ConfigError(Complaint{.what = "patience's delta must be finite and not negative",
                                .key = "stopper",
                                .found = absl::StrCat(options_.delta)});
  }
}

Verdict Patience::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  const auto& points = curve.points;
  const std::int64_t now = points.back().step;
  const auto since = std::partition_point(
      points.begin(), points.end(),
      [&](const CurvePoint& point) { return point.step <= now - options_.steps; });
  const auto before = static_cast<std::size_t>(since - points.begin());
  if (before == 0) {
    return {};
  }
  const double best = best_of_first(curve, points.size(), history);
  const double old = best_of_first(curve, before, history);
  if (old - best > options_.delta || history.place(curve.trial, best, grid_step(now)).better == 0) {
    return {};
  }
  return {.decision = Verdict::Decision::stop,
          .reason = absl::StrCat("no improvement of more than ", options_.delta, " for ",
                                 options_.steps, " steps at step ", now)};
}

}  // namespace evolt
