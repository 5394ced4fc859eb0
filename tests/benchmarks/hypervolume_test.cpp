#include "benchmarks/search_quality/hypervolume.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <vector>

using namespace evolt;

namespace {

const std::vector<double> kReference = {4, 4};

double area(const std::vector<double>& points) {
  return hypervolume(points, kReference);
}

}  // namespace

TEST_CASE("hypervolume: the union of the dominated rectangles", "[benchmarks]") {
  CHECK(area({}) == 0);
  CHECK(area({1, 2}) == 6);
  CHECK(area({1, 3, 2, 2, 3, 1}) == 3 + 2 + 1);
  CHECK(area({3, 1, 1, 3, 2, 2}) == 6);  // in any order
  CHECK(area({-1, -1}) == 25);
}

TEST_CASE("hypervolume: dominated, repeated and outlying points add nothing", "[benchmarks]") {
  CHECK(area({1, 2, 1, 2, 2, 3, 1, 3}) == 6);
  CHECK(area({1, 2, 4, 0, 0, 4, 5, 5}) == 6);
}

TEST_CASE("hypervolume: a NaN adds nothing", "[benchmarks]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(area({nan, 0, 0, nan, 1, 2}) == 6);
}
