#include "core/search_space.hpp"

#include "core/config_error.hpp"
#include "core/words.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace evolt {
namespace {

constexpr double kMostSteps = 1e15;

std::optional<double> number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return *real;
  }
  return std::nullopt;
}

std::string list(const std::vector<Value>& values) {
  return absl::StrJoin(values, ", ",
                       [](std::string* out, const Value& v) { out->append(to_text(v)); });
}

[[noreturn]] void complain(const Parameter& parameter, const std::string& what,
                           std::string found = "", std::string allowed = "",
                           std::string nearest = "") {
  throw ConfigError(Complaint{.what = absl::StrCat("parameter \"", parameter.name, "\": ", what),
                              .key = "param." + parameter.name,
                              .found = std::move(found),
                              .allowed = std::move(allowed),
                              .nearest = std::move(nearest)});
}

/// A power limit is a number of watts, and each kind of device has one.
void check_knob(const Parameter& parameter, std::set<Knob>& knobs) {
  if (parameter.knob == Knob::none) {
    return;
  }
  const auto* const real = std::get_if<FloatDomain>(&parameter.domain);
  if (real == nullptr || real->scale != Scale::linear) {
    complain(parameter, "a power limit is a float on a linear scale");
  }
  if (real->low <= 0) {
    complain(parameter, "a power limit needs low > 0", absl::StrCat("low = ", real->low), "watts");
  }
  if (!knobs.insert(parameter.knob).second) {
    complain(parameter, "another parameter is the same power limit already");
  }
}

template <typename Range>
void check_range(const Parameter& parameter, const Range& range) {
  const auto low = static_cast<double>(range.low);
  const auto high = static_cast<double>(range.high);
  if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(high - low)) {
    complain(parameter, "bounds must be finite", absl::StrCat("low = ", low, ", high = ", high));
  }
  if (!(low <= high)) {
    complain(parameter, "the range is empty", absl::StrCat("low = ", low, ", high = ", high),
             "low <= high");
  }
  if (range.scale == Scale::log && low <= 0) {
    complain(parameter, "log scale needs low > 0", absl::StrCat("low = ", low),
             "a positive low, or scale = \"linear\"");
  }
}

void check_step(const Parameter& parameter, double step, double width) {
  if (!std::isfinite(step) || step <= 0 || (width > 0 && step > width)) {
    complain(parameter, "step must be positive and no wider than the range",
             absl::StrCat("step = ", step));
  }
  if (width / step > kMostSteps) {
    complain(parameter, "step is too small for the range", absl::StrCat("step = ", step));
  }
}

void check_domain(const Parameter& parameter) {
  if (const auto* real = std::get_if<FloatDomain>(&parameter.domain)) {
    check_range(parameter, *real);
    if (real->step) {
      check_step(parameter, *real->step, real->high - real->low);
    }
  } else if (const auto* whole = std::get_if<IntDomain>(&parameter.domain)) {
    check_range(parameter, *whole);
    constexpr std::int64_t kLargest = std::int64_t{1} << 53;
    if (whole->low < -kLargest || whole->high > kLargest) {
      complain(parameter, "whole numbers must lie within 2^53 of zero",
               absl::StrCat("low = ", whole->low, ", high = ", whole->high));
    }
    check_step(parameter, static_cast<double>(whole->step),
               static_cast<double>(whole->high) - static_cast<double>(whole->low));
  } else {
    const std::vector<Value>& values = *listed_values(parameter.domain);
    if (values.empty()) {
      complain(parameter, "has no values", "values = []", "at least one value");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (const auto* x = std::get_if<double>(&values[i]); x && !std::isfinite(*x)) {
        complain(parameter, "values must be finite", list(values));
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (to_text(values[i]) == to_text(values[j])) {
          complain(parameter, "a value stands twice", to_text(values[i]));
        }
      }
    }
  }
}

/// Whether some value of `domain` can meet the requirement.
bool reachable(const Domain& domain, const Requirement& requirement) {
  if (const auto* values = listed_values(domain)) {
    return std::any_of(values->begin(), values->end(),
                       [&](const Value& v) { return requirement.accepts(v); });
  }
  if (!requirement.any_of.empty()) {
    return std::any_of(requirement.any_of.begin(), requirement.any_of.end(),
                       [&](const Value& v) { return check_value(domain, v).ok(); });
  }
  const auto bounds = [](const auto& range) {
    return std::pair{static_cast<double>(range.low), static_cast<double>(range.high)};
  };
  const auto [low, high] = std::holds_alternative<FloatDomain>(domain)
                               ? bounds(std::get<FloatDomain>(domain))
                               : bounds(std::get<IntDomain>(domain));
  const auto& r = requirement;
  return !(r.ge && high < *r.ge) && !(r.gt && high <= *r.gt) && !(r.le && low > *r.le) &&
         !(r.lt && low >= *r.lt);
}

void check_requirement(const SearchSpace& space, const Requirement& requirement,
                       const std::string& owner, const std::string& key) {
  const auto where = space.index_of(requirement.param);
  if (!where) {
    std::vector<std::string> names;
    for (const Parameter& parameter : space.parameters()) {
      names.push_back(parameter.name);
    }
    throw ConfigError(
        Complaint{.what = owner + ": a condition names a parameter that does not exist",
                  .key = key,
                  .found = '"' + requirement.param + '"',
                  .allowed = absl::StrJoin(names, ", "),
                  .nearest = nearest_word(requirement.param, names)});
  }
  const Domain& domain = space.parameters()[*where].domain;
  for (const Value& value : requirement.any_of) {
    if (check_value(domain, value).ok()) {
      continue;
    }
    const auto* values = listed_values(domain);
    std::vector<std::string> texts;
    if (values) {
      for (const Value& v : *values) {
        texts.push_back(to_text(v));
      }
    }
    throw ConfigError(Complaint{
        .what = owner + ": can never hold: \"" + requirement.param + "\" never has this value",
        .key = key,
        .found = to_text(value),
        .allowed = absl::StrJoin(texts, ", "),
        .nearest = nearest_word(to_text(value), texts)});
  }
  if (!reachable(domain, requirement)) {
    throw ConfigError(Complaint{.what = owner + ": can never hold: the bounds on \"" +
                                        requirement.param + "\" lie outside its range",
                                .key = key});
  }
}

/// Each parameter after those its condition names; throws on a circle.
std::vector<std::size_t> sorted_by_condition(const SearchSpace& space) {
  const auto& parameters = space.parameters();
  std::vector<std::size_t> order;
  std::vector<bool> placed(parameters.size());
  while (order.size() < parameters.size()) {
    const std::size_t before = order.size();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto& needs = parameters[i].when.all;
      if (!placed[i] && std::all_of(needs.begin(), needs.end(), [&](const Requirement& need) {
            return placed[*space.index_of(need.param)];
          })) {
        placed[i] = true;
        order.push_back(i);
      }
    }
    if (order.size() == before) {
      const auto stuck =
          static_cast<std::size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
      complain(parameters[stuck], "conditions go round in a circle");
    }
  }
  return order;
}

bool on_grid(double value, double low, double step) {
  const double k = (value - low) / step;
  return std::abs(k - std::round(k)) < 1e-6 * std::max(1.0, std::abs(k) * 1e-6);
}

}  // namespace

const std::vector<Value>* listed_values(const Domain& domain) {
  if (const auto* choice = std::get_if<ChoiceDomain>(&domain)) {
    return &choice->values;
  }
  if (const auto* ordinal = std::get_if<OrdinalDomain>(&domain)) {
    return &ordinal->values;
  }
  return nullptr;
}

bool Requirement::accepts(const Value& value) const {
  if (!any_of.empty()) {
    return std::any_of(any_of.begin(), any_of.end(),
                       [&](const Value& v) { return same_value(v, value); });
  }
  const auto x = number(value);
  return x && (!ge || *x >= *ge) && (!gt || *x > *gt) && (!le || *x <= *le) && (!lt || *x < *lt);
}

bool holds(const Condition& condition, const Params& params) {
  return std::all_of(condition.all.begin(), condition.all.end(), [&](const Requirement& need) {
    const Value* const value = find(params, need.param);
    return value != nullptr && need.accepts(*value);
  });
}

std::optional<std::int64_t> value_count(const Domain& domain) {
  if (const auto* values = listed_values(domain)) {
    return static_cast<std::int64_t>(values->size());
  }
  if (const auto* whole = std::get_if<IntDomain>(&domain)) {
    return (whole->high - whole->low) / whole->step + 1;
  }
  const auto& real = std::get<FloatDomain>(domain);
  if (real.low == real.high) {
    return 1;
  }
  if (!real.step) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(std::floor((real.high - real.low) / *real.step + 1e-9)) + 1;
}

absl::Status check_value(const Domain& domain, const Value& value) {
  if (const auto* values = listed_values(domain)) {
    if (std::any_of(values->begin(), values->end(),
                    [&](const Value& v) { return same_value(v, value); })) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat(to_text(value), " is not one of ", list(*values)));
  }
  const auto x = number(value);
  if (!x) {
    return absl::InvalidArgumentError(absl::StrCat(to_text(value), " is not a number"));
  }
  if (const auto* whole = std::get_if<IntDomain>(&domain)) {
    if (*x != std::floor(*x)) {
      return absl::InvalidArgumentError(absl::StrCat(to_text(value), " is not a whole number"));
    }
    if (*x < static_cast<double>(whole->low) || *x > static_cast<double>(whole->high)) {
      return absl::InvalidArgumentError(
          absl::StrCat(to_text(value), " is outside [", whole->low, ", ", whole->high, "]"));
    }
    if ((static_cast<std::int64_t>(*x) - whole->low) % whole->step != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(to_text(value), " is not ", whole->low, " + k * ", whole->step));
    }
    return absl::OkStatus();
  }
  const auto& real = std::get<FloatDomain>(domain);
  const double slack = 1e-12 * std::max(std::abs(real.low), std::abs(real.high));
  if (!(*x >= real.low - slack && *x <= real.high + slack)) {
    return absl::InvalidArgumentError(
        absl::StrCat(to_text(value), " is outside [", real.low, ", ", real.high, "]"));
  }
  if (real.step && !on_grid(*x, real.low, *real.step)) {
    return absl::InvalidArgumentError(
        absl::StrCat(to_text(value), " is not ", real.low, " + k * ", *real.step));
  }
  return absl::OkStatus();
}

SearchSpace::SearchSpace(std::vector<Parameter> parameters, std::vector<Condition> forbidden)
    : parameters_(std::move(parameters)), forbidden_(std::move(forbidden)) {
  if (parameters_.empty()) {
    throw ConfigError(Complaint{.what = "the study has no parameters", .key = "param"});
  }
  std::set<std::string_view> names;
  std::set<Knob> knobs;
  for (const Parameter& parameter : parameters_) {
    if (parameter.name.empty()) {
      complain(parameter, "a parameter needs a name");
    }
    if (!names.insert(parameter.name).second) {
      complain(parameter, "stands twice");
    }
    check_domain(parameter);
    check_knob(parameter, knobs);
  }
  for (const Parameter& parameter : parameters_) {
    for (const Requirement& need : parameter.when.all) {
      check_requirement(*this, need, absl::StrCat("parameter \"", parameter.name, "\""),
                        "param." + parameter.name);
    }
  }
  for (std::size_t i = 0; i < forbidden_.size(); ++i) {
    if (forbidden_[i].all.empty()) {
      throw ConfigError(Complaint{.what = absl::StrCat("[[forbid]] number ", i + 1, " is empty"),
                                  .key = absl::StrCat("forbid.", i)});
    }
    for (const Requirement& need : forbidden_[i].all) {
      check_requirement(*this, need, absl::StrCat("[[forbid]] number ", i + 1),
                        absl::StrCat("forbid.", i));
    }
  }
  order_ = sorted_by_condition(*this);
}

std::optional<std::size_t> SearchSpace::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == name) {
      return i;
    }
  }
  return std::nullopt;
}

absl::Status SearchSpace::check(const Params& params) const {
  for (std::size_t i = 0; i < params.size(); ++i) {
    const std::string& name = params[i].first;
    if (!index_of(name)) {
      return absl::InvalidArgumentError(absl::StrCat("there is no parameter \"", name, "\""));
    }
    if (find(params, name) != &params[i].second) {
      return absl::InvalidArgumentError(absl::StrCat("parameter \"", name, "\" stands twice"));
    }
  }
  for (const std::size_t i : order_) {
    const Parameter& parameter = parameters_[i];
    const Value* const value = find(params, parameter.name);
    const bool active = holds(parameter.when, params);
    if (active != (value != nullptr)) {
      return absl::InvalidArgumentError(
          absl::StrCat("parameter \"", parameter.name,
                       active ? "\" is active, but has no value" : "\" is not active here"));
    }
    if (value != nullptr) {
      if (const absl::Status status = check_value(parameter.domain, *value); !status.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(parameter.name, " = ", status.message()));
      }
    }
  }
  for (std::size_t i = 0; i < forbidden_.size(); ++i) {
    if (holds(forbidden_[i], params)) {
      return absl::InvalidArgumentError(absl::StrCat("[[forbid]] number ", i + 1, " forbids it"));
    }
  }
  return absl::OkStatus();
}

}  // namespace evolt
