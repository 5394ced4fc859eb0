#include "propagator/gain.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// The area that points dominate, below both limits, summed over a fine grid of costs.
double dominated(const std::vector<std::pair<double, double>>& points, double limit,
                 double log_limit) {
  constexpr int kCells = 20'000;
  double area = 0;
  for (int i = 0; i < kCells; ++i) {
    const double cost = log_limit * (i + 0.5) / kCells;
    double best = limit;
    for (const auto& [error, log_cost] : points) {
      best = log_cost <= cost ? std::min(best, error) : best;
    }
    area += (limit - best) * log_limit / kCells;
  }
  return area;
}

TEST_CASE("cost front: the gain of a sure point is the area that it adds", "[propagator]") {
  Rng rng{3};
  for (int run = 0; run < 50; ++run) {
    std::vector<std::pair<double, double>> points;
    CostFront front(1, 5);
    for (int i = 0; i < 8; ++i) {
      points.emplace_back(rng.uniform(0, 1.2), rng.uniform(0, 5.5));
      front.add(points.back().first, points.back().second);
    }
    const Prospect prospect{.error = rng.uniform(0, 1.2), .log_cost = rng.uniform(0, 5)};
    const double before = dominated(points, 1, 5);
    points.emplace_back(prospect.error, prospect.log_cost);
    CHECK(front.expected_gain(prospect) == Approx(dominated(points, 1, 5) - before).margin(2e-3));
  }
}

TEST_CASE("cost front: what is not sure is worth its mean over what it may be", "[propagator]") {
  CostFront front(1, 4);
  front.add(0.5, 1);
  front.add(0.2, 3);
  Rng rng{8};
  double sum = 0;
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) {
    sum += front.expected_gain({.error = 0.4 + 0.3 * rng.normal(), .log_cost = 2});
  }
  CHECK(front.expected_gain({.error = 0.4, .deviation = 0.3, .log_cost = 2}) ==
        Approx(sum / kDraws).epsilon(0.01));
}

TEST_CASE("cost front: nothing is gained beyond the limits, nor by what is not finite",
          "[propagator]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  CostFront front(1, 4);
  const double free = front.expected_gain({.error = 0.5, .log_cost = 1});
  front.add(kNan, 1);
  front.add(0.1, kNan);
  front.add(0.1, HUGE_VAL);
  front.add(1.5, 0);
  CHECK(front.expected_gain({.error = 0.5, .log_cost = 1}) == free);
  CHECK(front.expected_gain({.error = 0.5, .log_cost = 4}) == 0);
  CHECK(front.expected_gain({.error = 1.5, .log_cost = 1}) == 0);
  front.add(0.1, 0.5);
  CHECK(front.expected_gain({.error = 0.2, .log_cost = 1}) == 0);
}

TEST_CASE("expected improvement: known values", "[propagator]") {
  CHECK(expected_improvement(1, 0.25, 0) == 0.75);
  CHECK(expected_improvement(1, 2, 0) == 0);
  CHECK(expected_improvement(0, 0, 1) == Approx(0.3989423));  // the normal density at 0
  CHECK(expected_improvement(1, 0, 1) == Approx(1.0833155));
  CHECK(expected_improvement(-30, 0, 1) >= 0);
}

}  // namespace
}  // namespace evolt
