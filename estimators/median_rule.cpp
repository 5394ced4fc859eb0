#include "estimators/median_rule.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <utility>

namespace evolt {

MedianRule::MedianRule(MedianRuleOptions options) : options_(std::move(options)) {
  if (options_.window.min_steps < 1 || options_.min_peers < 1 || options_.reports < 1) {
    throw ConfigError(Complaint{.what = "the median rule needs min_steps, min_peers and reports of "
                                        "at least 1",
                                .key = "stopper"});
  }
  if (!(options_.quantile > 0 && options_.quantile < 1)) {
    throw ConfigError(Complaint{.what = "the median rule's quantile is out of range",
                                .key = "stopper",
                                .found = absl::StrCat(options_.quantile),
                                .allowed = "above 0, below 1"});
  }
}

Verdict MedianRule::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  const std::size_t points = curve.points.size();
  if (points < options_.reports) {
    return {};
  }
  Place newest;
  for (std::size_t back = 0; back < options_.reports; ++back) {
    const std::size_t count = points - back;
    const double best = best_of_first(curve, count, history);
    const Place place = history.place(curve.trial, best, grid_step(curve.points[count - 1].step));
    if (place.peers < options_.min_peers ||
        static_cast<double>(place.better) <= options_.quantile * static_cast<double>(place.peers)) {
      return {};
    }
    if (back == 0) {
      newest = place;
    }
  }
  Verdict verdict{.decision = Verdict::Decision::stop,
                  .reason = absl::StrCat("worse than ", newest.better, " of ", newest.peers,
                                         " others at step ", curve.points.back().step)};
  if (options_.reports > 1) {
    absl::StrAppend(&verdict.reason, ", and behind for ", options_.reports, " reports");
  }
  return verdict;
}

}  // namespace evolt
