#include "benchmarks/search_quality/random_space.hpp"

#include <absl/strings/str_cat.h>

#include <cmath>
#include <string>
#include <vector>

namespace evolt {
namespace {

std::vector<Value> labels(std::size_t count) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.emplace_back(absl::StrCat("v", i));
  }
  return values;
}

FloatDomain random_float(Rng& rng) {
  if (rng.chance(0.5)) {
    const double low = std::pow(10.0, rng.uniform(-7, -1));
    return {.low = low, .high = low * std::pow(10.0, rng.uniform(1, 6)), .scale = Scale::log};
  }
  const double low = rng.uniform(-1, 1);
  return {.low = low, .high = low + rng.uniform(0.5, 10)};
}

IntDomain random_int(Rng& rng) {
  const auto low = static_cast<std::int64_t>(1 + rng.below(4));
  if (rng.chance(0.4)) {
    const auto high = static_cast<std::int64_t>(std::pow(10.0, rng.uniform(1.5, 3.5)));
    return {.low = low, .high = high, .scale = Scale::log};
  }
  return {.low = low, .high = low + static_cast<std::int64_t>(2 + rng.below(30))};
}

/// Mostly numbers, as in spaces that people write.
Domain random_domain(Rng& rng) {
  const double kind = rng.uniform();
  if (kind < 0.55) {
    return random_float(rng);
  }
  if (kind < 0.75) {
    return random_int(rng);
  }
  const std::vector<Value> values = labels(2 + rng.below(4));
  return kind < 0.92 ? Domain(ChoiceDomain{values}) : Domain(OrdinalDomain{values});
}

Condition equals(const std::string& param, const Value& value) {
  Requirement requirement{.param = param};
  requirement.any_of.push_back(value);
  return {{requirement}};
}

void add_branch(std::vector<Parameter>& parameters, const Value& branch, Rng& rng) {
  const std::size_t count = 1 + rng.below(5);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = absl::StrCat(std::get<std::string>(branch), "_p", i);
    const Domain domain = random_domain(rng);
    parameters.push_back({name, domain, equals("model", branch)});
    if (const auto* const choice = std::get_if<ChoiceDomain>(&domain); choice && rng.chance(0.5)) {
      parameters.push_back({name + "_of", random_domain(rng), equals(name, choice->values[0])});
    }
  }
}

}  // namespace

SearchSpace random_conditional_space(Rng& rng) {
  std::vector<Parameter> parameters;
  const std::vector<Value> branches = labels(2 + rng.below(4));
  parameters.push_back({"model", ChoiceDomain{branches}, {}});
  for (const Value& branch : branches) {
    add_branch(parameters, branch, rng);
  }
  const std::size_t shared = 2 + rng.below(4);
  for (std::size_t i = 0; i < shared; ++i) {
    parameters.push_back({absl::StrCat("shared", i), random_domain(rng), {}});
  }
  return SearchSpace(std::move(parameters));
}

}  // namespace evolt
