#include "estimators/ranked_values.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <vector>

using namespace evolt;

TEST_CASE("ranked values: an empty set has nothing below anything", "[estimators]") {
  const RankedValues values;
  CHECK(values.size() == 0);
  CHECK(values.below(0) == 0);
}

TEST_CASE("ranked values: counts as a sorted list does, over many blocks", "[estimators]") {
  // Few different values make long runs of ties that cross blocks.
  const std::size_t different = GENERATE(as<std::size_t>(), 2, 40, 1000000);
  Rng rng({11, different});
  RankedValues values;
  std::vector<double> sorted;
  for (int i = 0; i < 6000; ++i) {
    const auto value = static_cast<double>(rng.below(different)) - 10;
    values.insert(value);
    sorted.push_back(value);
  }
  std::sort(sorted.begin(), sorted.end());
  REQUIRE(values.size() == sorted.size());
  for (int i = 0; i < 500; ++i) {
    const double probe = static_cast<double>(rng.below(different + 2)) - 10.5 + rng.uniform();
    const auto below = std::lower_bound(sorted.begin(), sorted.end(), probe) - sorted.begin();
    REQUIRE(values.below(probe) == static_cast<std::size_t>(below));
  }
  CHECK(values.below(std::numeric_limits<double>::infinity()) == sorted.size());
  CHECK(values.below(-std::numeric_limits<double>::infinity()) == 0);
}

TEST_CASE("ranked values: sorted input, up or down, keeps its order", "[estimators]") {
  const bool up = GENERATE(true, false);
  RankedValues values;
  for (int i = 0; i < 3000; ++i) {
    values.insert(up ? i : 2999 - i);
  }
  for (int probe = 0; probe < 3000; probe += 97) {
    REQUIRE(values.below(probe) == static_cast<std::size_t>(probe));
  }
}
