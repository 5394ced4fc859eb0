#include "estimators/requirement_miss.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
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

}  // namespace

void check_requirement(const Requirement& requirement) {
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

namespace {

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

}  // namespace

double requirement_miss(const Requirement& requirement, double value) {
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

}  // namespace evolt
