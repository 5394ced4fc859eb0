#include "estimators/hypervolume.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <limits>

namespace evolt {
namespace {

using Points = std::vector<std::vector<double>>;

/// The same by counting random points: slow and simple.
double counted(const Points& points, const std::vector<double>& reference, int samples) {
  Rng rng{7};
  int hit = 0;
  for (int s = 0; s < samples; ++s) {
    std::vector<double> at;
    for (const double edge : reference) {
      at.push_back(rng.uniform() * edge);
    }
    for (const auto& point : points) {
      bool under = true;
      for (std::size_t i = 0; i < at.size(); ++i) {
        under = under && point[i] <= at[i];
      }
      if (under) {
        ++hit;
        break;
      }
    }
  }
  double box = 1;
  for (const double edge : reference) {
    box *= edge;
  }
  return box * hit / samples;
}

}  // namespace

TEST_CASE("hypervolume: stairs of two objectives", "[estimators]") {
  const std::array reference = {4.0, 4.0};
  CHECK(hypervolume({}, reference) == 0);
  CHECK(hypervolume({{1, 1}}, reference) == 9);
  CHECK(hypervolume({{1, 3}, {3, 1}, {2, 2}}, reference) == 3 + 2 + 1);
  CHECK(hypervolume({{1, 3}, {3, 1}, {2, 2}, {3, 3}, {2, 2}}, reference) == 6);  // dominated, twice
}

TEST_CASE("hypervolume: what is not better than the reference adds nothing", "[estimators]") {
  const std::array reference = {1.0, 1.0};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(hypervolume({{1, 0}, {0, 1}, {2, -5}, {nan, 0}, {0, nan}}, reference) == 0);
  CHECK(hypervolume({{-1, 0}}, reference) == 2);
}

TEST_CASE("hypervolume: three and four objectives", "[estimators]") {
  CHECK(hypervolume({{0, 0, 0}}, std::array{2.0, 3.0, 4.0}) == 24);
  CHECK(hypervolume({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, std::array{2.0, 2.0, 2.0}) == 7);
  Rng rng{3};
  for (const std::size_t m : {std::size_t{3}, std::size_t{4}}) {
    Points points(12);
    for (auto& point : points) {
      for (std::size_t i = 0; i < m; ++i) {
        point.push_back(rng.uniform());
      }
    }
    const std::vector<double> reference(m, 1.0);
    CHECK(hypervolume(points, reference) ==
          Approx(counted(points, reference, 200'000)).margin(0.005));
  }
}

TEST_CASE("hypervolume: one objective is a length", "[estimators]") {
  CHECK(hypervolume({{3}, {1}, {2}}, std::array{5.0}) == 4);
}

}  // namespace evolt
