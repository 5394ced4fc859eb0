#include "benchmarks/search_quality/bbob/mixed_integer.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace evolt;

TEST_CASE("mixed integer: equal groups of 2, 4, 8 and 16 values, then continuous ones",
          "[benchmarks]") {
  const SearchSpace space = mixed_integer_space(10);
  REQUIRE(space.size() == 10);
  std::vector<std::int64_t> counts;
  for (const Parameter& parameter : space.parameters()) {
    counts.push_back(value_count(parameter.domain).value_or(0));
  }
  CHECK(counts == std::vector<std::int64_t>{2, 2, 4, 4, 8, 8, 16, 16, 0, 0});
}

TEST_CASE("mixed integer: the smallest value is attainable, and attained nowhere near",
          "[benchmarks]") {
  for (const int number : {3, 6, 8, 10, 15, 17, 21}) {
    for (const std::size_t dimension : {5U, 10U}) {
      for (const std::uint64_t instance : {1U, 2U, 3U}) {
        CAPTURE(number, dimension, instance);
        const MixedIntegerFunction function(number, dimension, instance);
        Params at = function.optimum();
        REQUIRE(mixed_integer_space(dimension).check(at).ok());
        CHECK(function.distance(at) == Approx(0).margin(1e-9));
        auto& binary = std::get<std::int64_t>(at.front().second);
        binary = 1 - binary;
        CHECK(function.distance(at) > 1e-3);
      }
    }
  }
}

TEST_CASE("mixed integer: neighbouring values stand equally far apart", "[benchmarks]") {
  // On the sphere the distance shows where a value stands.
  const MixedIntegerFunction sphere(1, 5, 1);
  Params at = sphere.optimum();
  auto& sixteen = std::get<std::int64_t>(at[3].second);
  const std::int64_t best = sixteen;
  for (std::int64_t value = 0; value < 16; ++value) {
    sixteen = value;
    const double steps = static_cast<double>(value - best);
    CHECK(sphere.distance(at) == Approx(steps * steps * 100 / 289).margin(1e-12));
  }
}
