#include "benchmarks/stopping/replay.hpp"

#include "estimators/catalogue.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

using namespace evolt;

namespace {

/// Twenty configurations of ten epochs; number k is worth k at each.
CurveTable flat() {
  CurveTable made{.name = "flat", .epochs = 10, .curves = {}};
  for (std::size_t k = 0; k < 20; ++k) {
    Curve curve{.trial = {1, 0, k}, .points = {}};
    for (std::int64_t epoch = 1; epoch <= 10; ++epoch) {
      curve.points.push_back({epoch, static_cast<double>(k), {}, {}});
    }
    made.curves.push_back(curve);
  }
  return made;
}

ReplayResult replay_of(const CurveTable& table, const std::string& rule, bool parks,
                       const ReplayOptions& options) {
  return replay(table, make_estimator(rule, {.steps = table.epochs, .parks = parks}), options);
}

}  // namespace

TEST_CASE("replay: without a rule nothing is saved and the best is found", "[benchmarks]") {
  const ReplayResult result = replay_of(flat(), "none", false, {.pools = 5});
  CHECK(result.saved == Approx(0).margin(1e-12));
  CHECK(result.hit == 1);
}

TEST_CASE("replay: a rule saves epochs, and flat curves hide nothing from it", "[benchmarks]") {
  const bool parks = GENERATE(false, true);
  const ReplayResult result = replay_of(flat(), "default", parks, {.pools = 20});
  CHECK(result.saved > 0.1);
  CHECK(result.saved < 0.9);
  CHECK(result.hit == 1);
}

TEST_CASE("replay: what breaks ends there, and is nobody's result", "[benchmarks]") {
  CurveTable table = flat();
  for (Curve& curve : table.curves) {
    curve.points[4].value = std::numeric_limits<double>::quiet_NaN();
  }
  const ReplayResult nothing = replay_of(table, "none", false, {.pools = 5});
  CHECK(nothing.saved == Approx(0.5));
  CHECK(nothing.hit == 0);
  // The lower half breaks in its last epoch; the upper half has the results.
  table = flat();
  for (std::size_t k = 0; k < 10; ++k) {
    table.curves[k].points.back().value = std::numeric_limits<double>::quiet_NaN();
  }
  const ReplayResult result = replay_of(table, "none", false, {.pools = 20});
  CHECK(result.saved == Approx(0).margin(1e-12));
  CHECK(result.hit == 1);
}

TEST_CASE("replay: a rule that ends everything misses the best", "[benchmarks]") {
  CurveTable table = flat();
  for (std::size_t k = 0; k < 20; ++k) {  // the order turns round at the end
    table.curves[k].points.back().value = -static_cast<double>(k);
  }
  CHECK(replay_of(table, "asha", false, {.pools = 20}).hit < 0.5);
}

TEST_CASE("replay: on recorded trainings the default saves most of the epochs", "[benchmarks]") {
  const CurveTable digits =
      read_curve_table(std::string(EVOLT_BENCHMARK_DATA) + "/pools/digits-mlp");
  const ReplayOptions twenty{.pools = 20};
  const ReplayResult parking = replay_of(digits, "default", true, twenty);
  CHECK(parking.saved > 0.93);
  CHECK(parking.hit >= 0.8);
  const ReplayResult stopping = replay_of(digits, "default", false, twenty);
  CHECK(stopping.saved > 0.84);
  CHECK(stopping.hit >= 0.95);
  const ReplayResult asha = replay_of(digits, "asha", false, twenty);
  CHECK(asha.saved > 0.88);
  CHECK(asha.hit >= 0.9);
}
