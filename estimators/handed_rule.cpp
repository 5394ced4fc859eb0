#include "estimators/handed_rule.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <cmath>
#include <utility>

namespace evolt {

HandedRule::HandedRule(Judgement judgement, Estimator fallback, HandedRuleOptions options)
    : judgement_(std::move(judgement)),
      fallback_(std::move(fallback)),
      options_(std::move(options)) {
  if (!judgement_) {
    throw ConfigError(Complaint{
        .what = absl::StrCat("the rule ", options_.name, " has no function"), .key = "stopper"});
  }
  if (options_.window.min_steps < 1) {
    throw ConfigError(Complaint{.what = "min_steps must be at least 1",
                                .key = "stopper.min_steps",
                                .found = absl::StrCat(options_.window.min_steps)});
  }
}

Verdict HandedRule::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  std::optional<Verdict> verdict = judgement_(curve, history);
  if (!verdict) {
    return fallback_.judge(curve, history);
  }
  if (verdict->stops() && verdict->reason.empty()) {
    verdict->reason = absl::StrCat(options_.name, " said so at step ", curve.points.back().step);
  }
  if (verdict->forecast && !std::isfinite(*verdict->forecast)) {
    verdict->forecast.reset();
  }
  if (verdict->spread &&
      (!verdict->forecast || !(*verdict->spread >= 0) || !std::isfinite(*verdict->spread))) {
    verdict->spread.reset();
  }
  return *std::move(verdict);
}

}  // namespace evolt
