#include "estimators/combined_rules.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

namespace evolt {
namespace {

void check_step(std::int64_t step, const char* name) {
  if (step < 1) {
    throw ConfigError(Complaint{.what = absl::StrCat(name, " needs a step"),
                                .key = "stopper.kind",
                                .found = absl::StrCat(step),
                                .allowed = "1 or more"});
  }
}

}  // namespace

RuleList::RuleList(std::vector<Estimator> rules, std::string_view name) : rules_(std::move(rules)) {
  if (rules_.empty()) {
    throw ConfigError(
        Complaint{.what = absl::StrCat(std::string(name), " has no rules"), .key = "stopper.kind"});
  }
}

void RuleList::observe(const Curve& curve, Ending ending) {
  for (Estimator& rule : rules_) {
    rule.observe(curve, ending);
  }
}

std::optional<TrialId> RuleList::resume(const ParkedTrials& parked, const History& history,
                                        bool more) const {
  for (const Estimator& rule : rules_) {
    if (auto trial = rule.resume(parked, history, more)) {
      return trial;
    }
  }
  return std::nullopt;
}

/// Where the first of them judges; the others proceed there.
std::optional<std::int64_t> RuleList::goal(std::int64_t step) const {
  std::optional<std::int64_t> first;
  for (const Estimator& rule : rules_) {
    if (const auto goal = rule.goal(step)) {
      first = std::min(first.value_or(*goal), *goal);
    }
  }
  return first;
}

Verdict AnyOf::judge(const Curve& curve, const History& history) const {
  Verdict parked;
  for (const Estimator& rule : rules()) {
    Verdict verdict = rule.judge(curve, history);
    if (verdict.stops() && !verdict.parks()) {
      return verdict;
    }
    if (verdict.parks() && !parked.parks()) {
      parked = std::move(verdict);
    }
  }
  return parked;
}

Verdict AllOf::judge(const Curve& curve, const History& history) const {
  Verdict all;
  for (const Estimator& rule : rules()) {
    Verdict verdict = rule.judge(curve, history);
    if (!verdict.stops()) {
      return {};
    }
    if (!all.stops()) {
      all = std::move(verdict);
      continue;
    }
    absl::StrAppend(&all.reason, "; ", verdict.reason);
    if (verdict.parks()) {
      all.decision = Verdict::Decision::park;
    }
    if (!all.forecast) {
      all.forecast = verdict.forecast;
      all.spread = verdict.spread;
    }
  }
  return all;
}

SwitchAt::SwitchAt(std::int64_t step, Estimator before, Estimator after)
    : step_(step), before_(std::move(before)), after_(std::move(after)) {
  check_step(step_, "switch_at");
}

Verdict SwitchAt::judge(const Curve& curve, const History& history) const {
  const bool late = !curve.points.empty() && curve.points.back().step >= step_;
  return (late ? after_ : before_).judge(curve, history);
}

void SwitchAt::observe(const Curve& curve, Ending ending) {
  before_.observe(curve, ending);
  after_.observe(curve, ending);
}

std::optional<TrialId> SwitchAt::resume(const ParkedTrials& parked, const History& history,
                                        bool more) const {
  auto trial = after_.resume(parked, history, more);
  return trial ? trial : before_.resume(parked, history, more);
}

std::optional<std::int64_t> SwitchAt::goal(std::int64_t step) const {
  const auto early = step < step_ ? before_.goal(step) : std::nullopt;
  return early && *early < step_ ? early : after_.goal(std::max(step, step_ - 1));
}

AfterSteps::AfterSteps(std::int64_t step, Estimator rule) : step_(step), rule_(std::move(rule)) {
  check_step(step_, "after_steps");
}

Verdict AfterSteps::judge(const Curve& curve, const History& history) const {
  return curve.points.empty() || curve.points.back().step < step_ ? Verdict{}
                                                                  : rule_.judge(curve, history);
}

std::optional<std::int64_t> AfterSteps::goal(std::int64_t step) const {
  return rule_.goal(std::max(step, step_ - 1));
}

}  // namespace evolt
