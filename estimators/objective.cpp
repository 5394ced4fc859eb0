#include "estimators/objective.hpp"

#include "core/config_error.hpp"
#include "estimators/requirement_miss.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <utility>
#include <variant>

namespace evolt {
namespace {

std::string reported(const Metrics& metrics) {
  if (metrics.empty()) {
    return "nothing was reported";
  }
  return "reported: " + absl::StrJoin(metrics, ", ", [](std::string* out, const auto& metric) {
           out->append(metric.first);
         });
}

void refuse(const char* what, const char* key, double found, std::string allowed) {
  throw ConfigError(Complaint{
      .what = what, .key = key, .found = absl::StrCat(found), .allowed = std::move(allowed)});
}

void check(const MetricPerCost& form) {
  const EfficiencyOptions& how = form.how;
  const bool skilled = how.form == EfficiencyForm::ratio;
  if (!std::isfinite(how.chance) || !std::isfinite(how.target) ||
      (skilled && (how.chance == how.target || (how.target > how.chance) != how.maximized))) {
    refuse("objective.target is not better than objective.chance", "objective.target", how.target,
           absl::StrCat(how.maximized ? "above " : "below ", how.chance));
  }
  if (!(how.exponent > 0) || !std::isfinite(how.exponent)) {
    refuse("objective.exponent is out of range", "objective.exponent", how.exponent, "above 0");
  }
  if (how.form == EfficiencyForm::pepr && !(how.most_cost > how.least_cost)) {
    refuse("objective.cost_range is no range", "objective.cost_range", how.most_cost,
           absl::StrCat("above ", how.least_cost));
  }
}

void check(const CostToTarget& form) {
  if (!std::isfinite(form.target)) {
    refuse("objective.target is not a number", "objective.target", form.target, "a number");
  }
  if (!(form.eta >= 0 && form.eta <= 1)) {
    refuse("objective.eta is out of range", "objective.eta", form.eta, "0 to 1");
  }
  if (form.eta < 1 && !(form.most_power.value > 0)) {
    refuse("objective.eta below 1 prices time by objective.most_power", "objective.most_power",
           form.most_power.value, "watts above 0");
  }
}

}  // namespace

Objective::Objective(ObjectiveOptions options) : options_(std::move(options)) {
  const auto& names = options_.names;
  if (names.empty()) {
    throw ConfigError(Complaint{.what = "the study has no objective",
                                .key = "objective",
                                .allowed = "maximize = NAME or minimize = NAME"});
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) {
      throw ConfigError(Complaint{.what = "an objective has no name", .key = "objective"});
    }
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw ConfigError(Complaint{
          .what = "an objective stands twice", .key = "objective", .found = '"' + names[i] + '"'});
    }
  }
  if (options_.maximized > names.size()) {
    throw ConfigError(Complaint{.what = "more objectives are maximized than there are",
                                .key = "objective.maximize",
                                .found = absl::StrCat(options_.maximized),
                                .allowed = absl::StrCat("0 to ", names.size())});
  }
  check_form();
  for (const Requirement& requirement : options_.require) {
    check_requirement(requirement);
  }
}

/// What a form asks of its metric becomes a requirement.
void Objective::check_form() {
  if (each()) {
    return;
  }
  if (options_.names.size() > 1) {
    throw ConfigError(Complaint{.what = "this kind of objective takes one metric",
                                .key = "objective",
                                .found = absl::StrJoin(options_.names, ", ")});
  }
  const bool maximized = options_.maximized > 0;
  const auto ask = [&](double bound) {
    Requirement requirement{.param = options_.names.front()};
    (maximized ? requirement.ge : requirement.le) = bound;
    options_.require.push_back(std::move(requirement));
  };
  if (auto* const per = std::get_if<MetricPerCost>(&options_.form)) {
    per->how.maximized = maximized;
    check(*per);
    if (per->floor) {
      ask(*per->floor);
    }
  } else {
    const auto& to = std::get<CostToTarget>(options_.form);
    check(to);
    ask(to.target);
  }
}

absl::StatusOr<double> Objective::value_of(const std::string& name, const Metrics& metrics,
                                           const Usage& usage) const {
  if (const auto measured = measured_name(name)) {
    return measured_value(*measured, usage, options_.measured);
  }
  const std::optional<double> value = find(metrics, name);
  if (!value) {
    return absl::NotFoundError(
        absl::StrCat("metric \"", name, "\" was never reported (", reported(metrics), ")"));
  }
  if (!std::isfinite(*value)) {
    return absl::InvalidArgumentError(
        absl::StrCat("metric \"", name, "\" is ", *value, " (", reported(metrics), ")"));
  }
  return *value;
}

absl::StatusOr<std::vector<double>> Objective::values(const Metrics& metrics,
                                                      const Usage& usage) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < options_.names.size(); ++i) {
    const auto value = value_of(options_.names[i], metrics, usage);
    if (!value.ok()) {
      return value.status();
    }
    values.push_back(*value);
  }
  if (const auto* const per = std::get_if<MetricPerCost>(&options_.form)) {
    const auto cost = value_of(per->cost, metrics, usage);
    if (!cost.ok()) {
      return cost.status();
    }
    if (!(*cost > 0)) {
      return absl::NotFoundError(
          absl::StrCat("\"", per->cost, "\" is ", *cost, ", and nothing comes for free"));
    }
    return std::vector<double>{efficiency(values.front(), *cost, per->how)};
  }
  if (const auto* const to = std::get_if<CostToTarget>(&options_.form)) {
    Joules energy;
    if (to->eta > 0) {
      const auto joules = value_of("joules", metrics, usage);
      if (!joules.ok()) {
        return joules.status();
      }
      energy.value = *joules;
    }
    return std::vector<double>{zeus_cost(energy, usage.wall, to->eta, to->most_power).value};
  }
  for (std::size_t i = 0; i < options_.maximized; ++i) {
    values[i] = 0.0 - values[i];  // a difference, so that 0 does not become -0
  }
  return values;
}

absl::StatusOr<Scores> Objective::score(const Metrics& metrics, const Usage& usage) const {
  return score(metrics, usage, false);
}

absl::StatusOr<Scores> Objective::score_so_far(const Metrics& metrics, const Usage& usage) const {
  return score(metrics, usage, true);
}

absl::StatusOr<Scores> Objective::score(const Metrics& metrics, const Usage& usage,
                                        bool so_far) const {
  auto worth = values(metrics, usage);
  if (!worth.ok()) {
    return worth.status();
  }
  Scores scores{.values = *std::move(worth)};
  for (const Requirement& requirement : options_.require) {
    const auto value = value_of(requirement.param, metrics, usage);
    if (so_far && absl::IsNotFound(value.status())) {
      continue;
    }
    if (!value.ok()) {
      return value.status();
    }
    scores.violation += requirement_miss(requirement, *value);
  }
  return scores;
}

bool Objective::reached(const Metrics& metrics) const {
  const auto* const to = std::get_if<CostToTarget>(&options_.form);
  if (to == nullptr) {
    return false;
  }
  const auto value = find(metrics, options_.names.front());
  return value && (options_.maximized > 0 ? *value >= to->target : *value <= to->target);
}

/// Of the i-th score.
bool Objective::more_is_better(std::size_t i) const {
  if (const auto* const per = std::get_if<MetricPerCost>(&options_.form)) {
    return evolt::more_is_better(per->how);
  }
  return each() && i < options_.maximized;
}

double Objective::in_users_sign(std::size_t i, double score) const {
  assert(i < size());
  // Turning the sign is its own inverse; a difference, so that 0 does not become -0.
  return more_is_better(i) ? 0.0 - score : score;
}

}  // namespace evolt
