#include "estimators/objective.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

namespace evolt {
namespace {

/// The least magnitude of a bound that a miss is divided by, and the miss of a strict bound
/// touched.
constexpr double kLeast = 1e-12;

std::optional<double> number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  const auto* real = std::get_if<double>(&value);
  return real == nullptr ? std::nullopt : std::optional(*real);
}

void check(const Requirement& requirement) {
  const auto complain = [&](const char* what, std::string found = "") {
    throw ConfigError(Complaint{
        .what = what, .key = "objective.require." + requirement.param, .found = std::move(found)});
  };
  if (requirement.param.empty()) {
    complain("a requirement names no metric");
  }
  for (const Value& value : requirement.any_of) {
    if (const auto x = number(value); !x || !std::isfinite(*x)) {
      complain("a metric is required to be something that is not a number", to_text(value));
    }
  }
  bool bounded = !requirement.any_of.empty();
  for (const auto& bound : {requirement.ge, requirement.gt, requirement.le, requirement.lt}) {
    if (bound && !std::isfinite(*bound)) {
      complain("a bound is not a finite number", absl::StrCat(*bound));
    }
    bounded = bounded || bound;
  }
  if (!bounded) {
    complain("a requirement has no bound: one of ge, gt, le, lt");
  }
  constexpr double kFar = std::numeric_limits<double>::infinity();
  const double low = std::max(requirement.ge.value_or(-kFar), requirement.gt.value_or(-kFar));
  const double high = std::min(requirement.le.value_or(kFar), requirement.lt.value_or(kFar));
  const bool open = requirement.gt.value_or(-kFar) == low || requirement.lt.value_or(kFar) == high;
  if (low > high || (low == high && open)) {
    complain("no number can meet this requirement",
             absl::StrCat("above ", low, " and below ", high));
  }
}

double relative(double distance, double bound) {
  return distance / std::max(std::abs(bound), kLeast);
}

/// By how much `value` falls short of one bound that it should not be below.
double miss(const std::optional<double>& bound, double value, double sign, bool strict) {
  if (!bound) {
    return 0;
  }
  const double distance = sign * (*bound - value);
  if (distance > 0) {
    return relative(distance, *bound);
  }
  return strict && distance == 0 ? kLeast : 0;
}

double violation(const Requirement& requirement, double value) {
  if (!requirement.any_of.empty()) {
    double least = std::numeric_limits<double>::infinity();
    for (const Value& listed : requirement.any_of) {
      const double wanted = *number(listed);
      least = std::min(least, relative(std::abs(wanted - value), wanted));
    }
    return least;
  }
  return miss(requirement.ge, value, 1, false) + miss(requirement.gt, value, 1, true) +
         miss(requirement.le, value, -1, false) + miss(requirement.lt, value, -1, true);
}

std::string reported(const Metrics& metrics) {
  if (metrics.empty()) {
    return "nothing was reported";
  }
  return "reported: " + absl::StrJoin(metrics, ", ", [](std::string* out, const auto& metric) {
           out->append(metric.first);
         });
}

absl::StatusOr<double> value_of(const std::string& name, const Metrics& metrics,
                                const Usage& usage) {
  std::optional<double> value;
  if (name == "seconds") {
    value = usage.wall.value;
  } else if (name == "joules") {
    if (!usage.energy) {
      return absl::NotFoundError("joules were not measured: no energy sensor covered the attempt");
    }
    value = usage.energy->joules.value;
  } else {
    value = find(metrics, name);
  }
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
  for (const Requirement& requirement : options_.require) {
    check(requirement);
  }
}

absl::StatusOr<Scores> Objective::score(const Metrics& metrics, const Usage& usage) const {
  Scores scores;
  scores.values.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    const auto value = value_of(options_.names[i], metrics, usage);
    if (!value.ok()) {
      return value.status();
    }
    scores.values.push_back(in_users_sign(i, *value));
  }
  for (const Requirement& requirement : options_.require) {
    const auto value = value_of(requirement.param, metrics, usage);
    if (!value.ok()) {
      return value.status();
    }
    scores.violation += violation(requirement, *value);
  }
  return scores;
}

double Objective::in_users_sign(std::size_t i, double score) const {
  assert(i < size());
  // Turning the sign is its own inverse; a difference, so that 0 does not become -0.
  return i < options_.maximized ? 0.0 - score : score;
}

}  // namespace evolt
