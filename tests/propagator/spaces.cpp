#include "tests/propagator/spaces.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <cmath>
#include <string>
#include <utility>

namespace evolt::test {

Value text(const char* word) {
  return Value(std::string(word));
}

Condition when(std::string name, std::vector<Value> values) {
  return {.all = {{.param = std::move(name), .any_of = std::move(values)}}};
}

SearchSpace box(int dimensions, double low, double high) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < dimensions; ++i) {
    parameters.push_back({absl::StrCat("x", i), FloatDomain{.low = low, .high = high}, {}});
  }
  return SearchSpace(std::move(parameters));
}

SearchSpace mixed() {
  return SearchSpace({
      {"layers", IntDomain{.low = 1, .high = 6}, when("model", {text("net")})},
      {"width",
       OrdinalDomain{{std::int64_t{32}, std::int64_t{64}, std::int64_t{128}}},
       {.all = {{.param = "layers", .ge = 2}}}},
      {"model", ChoiceDomain{{text("tree"), text("net"), text("kernel")}}, {}},
      {"lr", FloatDomain{.low = 1e-5, .high = 1e-1, .scale = Scale::log}, {}},
      {"batch", IntDomain{.low = 8, .high = 512, .scale = Scale::log}, {}},
      {"dropout", FloatDomain{.low = 0, .high = 0.7, .step = 0.05}, when("model", {text("net")})},
      {"depth", IntDomain{.low = 2, .high = 20, .step = 3}, when("model", {text("tree")})},
      {"gamma", FloatDomain{.low = 1e-6, .high = 10, .scale = Scale::log},
       when("model", {text("kernel")})},
      {"scaled", ChoiceDomain{{true, false}}, {}},
      {"shift", FloatDomain{.low = -1, .high = 1}, when("scaled", {true})},
  });
}

SearchSpace finite() {
  return SearchSpace(
      {
          {"a", IntDomain{.low = 1, .high = 4}, when("kind", {text("long")})},
          {"kind", ChoiceDomain{{text("short"), text("long")}}, {}},
          {"b", OrdinalDomain{{text("s"), text("m"), text("l")}}, when("kind", {text("long")})},
          {"c", FloatDomain{.low = 0, .high = 0.1, .step = 0.1}, when("kind", {text("short")})},
      },
      {{.all = {{.param = "a", .ge = 4}, {.param = "b", .any_of = {text("m"), text("l")}}}}});
}

Domain random_domain(Rng& rng, bool may_be_continuous) {
  const auto low = static_cast<std::int64_t>(rng.below(20)) - 5;
  const auto span = static_cast<std::int64_t>(rng.below(12));
  switch (rng.below(may_be_continuous ? 8 : 4)) {
    case 0: {
      const std::vector<Value> values = {true, std::int64_t{3}, 0.25, text("x"), text("y")};
      return ChoiceDomain{{values.begin(), values.begin() + 1 + static_cast<int>(rng.below(5))}};
    }
    case 1: {
      const std::vector<Value> values = {0.1, 0.5, std::int64_t{7}, text("much")};
      return OrdinalDomain{{values.begin(), values.begin() + 1 + static_cast<int>(rng.below(4))}};
    }
    case 2: {
      const auto step =
          span > 0 ? 1 + static_cast<std::int64_t>(rng.below(static_cast<std::size_t>(span))) : 1;
      return IntDomain{.low = low, .high = low + span, .step = step};
    }
    case 3: {
      const double step = 0.1 * static_cast<double>(1 + rng.below(3));
      const double from = 0.1 * static_cast<double>(low);
      return FloatDomain{.low = from, .high = from + 0.3 + rng.uniform(), .step = step};
    }
    case 4:
      return IntDomain{.low = 1 + std::abs(low),
                       .high = (2 + std::abs(low)) << rng.below(45),
                       .scale = Scale::log};
    case 5: {
      const double from = std::pow(10.0, rng.uniform(-12, 3));
      return FloatDomain{
          .low = from, .high = from * std::pow(10.0, rng.uniform(0.1, 9)), .scale = Scale::log};
    }
    case 6: {
      const double from = 2 * rng.uniform(0.01, 1);
      return FloatDomain{
          .low = from, .high = from + rng.uniform(1, 50), .scale = Scale::log, .step = 0.5};
    }
    default: {
      const double from = rng.normal() * std::pow(10.0, rng.uniform(-6, 6));
      return FloatDomain{.low = from, .high = from + std::pow(10.0, rng.uniform(-9, 9))};
    }
  }
}

Requirement random_requirement(const Parameter& on, Rng& rng) {
  Requirement need{.param = on.name};
  if (const auto* choice = std::get_if<ChoiceDomain>(&on.domain)) {
    need.any_of.emplace_back(choice->values[rng.below(choice->values.size())]);
  } else if (const auto* ordinal = std::get_if<OrdinalDomain>(&on.domain)) {
    need.any_of.emplace_back(ordinal->values[rng.below(ordinal->values.size())]);
  } else if (const auto* whole = std::get_if<IntDomain>(&on.domain)) {
    if (rng.chance(0.5)) {
      need.any_of.emplace_back(whole->low);
    } else {
      need.ge = (static_cast<double>(whole->low) + static_cast<double>(whole->high)) / 2;
    }
  } else {
    const auto& real = std::get<FloatDomain>(on.domain);
    if (real.step && rng.chance(0.5)) {
      need.any_of.emplace_back(real.low + *real.step);
    } else {
      need.lt = real.low + 0.7 * (real.high - real.low);
    }
  }
  return need;
}

SearchSpace random_space(Rng& rng, bool may_be_continuous, std::size_t most_parameters) {
  for (;;) {
    std::vector<Parameter> parameters;
    const std::size_t count = 1 + rng.below(most_parameters);
    for (std::size_t i = 0; i < count; ++i) {
      Parameter parameter{absl::StrCat("p", i), random_domain(rng, may_be_continuous), {}};
      while (i > 0 && parameter.when.all.size() < 2 && rng.chance(0.4)) {
        parameter.when.all.push_back(random_requirement(parameters[rng.below(i)], rng));
      }
      parameters.push_back(std::move(parameter));
    }
    std::vector<Condition> forbidden;
    while (rng.chance(0.4)) {
      Condition condition;
      do {
        condition.all.push_back(random_requirement(parameters[rng.below(count)], rng));
      } while (rng.chance(0.6));
      forbidden.push_back(std::move(condition));
    }
    for (std::size_t k = count; k > 1; --k) {
      std::swap(parameters[k - 1], parameters[rng.below(k)]);
    }
    try {
      return SearchSpace(std::move(parameters), std::move(forbidden));
    } catch (const ConfigError&) {
      // A requirement that this domain cannot meet: draw another space.
    }
  }
}

Individual individual(std::uint64_t counter, std::vector<double> scores, Genome genome,
                      double violation) {
  return {.id = {.incarnation = 1, .rank = 0, .counter = counter},
          .genome = std::move(genome),
          .scores = std::move(scores),
          .violation = violation};
}

}  // namespace evolt::test
