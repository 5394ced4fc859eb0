#include "estimators/cost_forecast.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

namespace {

Measurement report(std::int64_t step, double seconds, std::optional<double> joules = {}) {
  Measurement measurement{.step = step, .elapsed = Seconds{seconds}};
  if (joules) {
    measurement.energy = EnergyReading{.joules = {*joules},
                                       .lower = {0.9 * *joules},
                                       .upper = {1.2 * *joules},
                                       .label = EnergyLabel::counter_shared,
                                       .coverage = 1};
  }
  return measurement;
}

}  // namespace

TEST_CASE("cost forecast: a start-up is not multiplied once two reports tell it apart",
          "[estimators]") {
  CostForecast costs;
  CHECK(costs.add(report(1, 12), 10).wall.value == Approx(120));
  CHECK(costs.add(report(2, 14), 10).wall.value == Approx(30));
  CHECK(costs.add(report(10, 30), 10).wall.value == Approx(30));
  CHECK(costs.add(report(12, 34), 10).wall.value == Approx(34));
}

TEST_CASE("cost forecast: without a full length it is what was used so far", "[estimators]") {
  CostForecast costs;
  CHECK(costs.add(report(3, 12), 0).wall.value == Approx(12));
}

TEST_CASE("cost forecast: an attempt that goes on adds to what was used before", "[estimators]") {
  Usage before{.wall = Seconds{30}};
  before.energy = EnergyReading{.joules = {300}, .lower = {200}, .upper = {400}};
  CostForecast costs(before);
  CHECK(costs.add(report(4, 10, 100), 8).wall.value == Approx(80));
  const Usage usage = costs.add(report(5, 15, 150), 8);
  CHECK(usage.wall.value == Approx(30 + 15 + 3 * 5));
  REQUIRE(usage.energy);
  CHECK(usage.energy->joules.value == Approx(300 + 150 + 3 * 50));
}

TEST_CASE("cost forecast: bounds of energy grow in proportion", "[estimators]") {
  CostForecast costs;
  const Usage usage = costs.add(report(2, 10, 100), 8);
  REQUIRE(usage.energy);
  CHECK(usage.energy->joules.value == Approx(400));
  CHECK(usage.energy->lower.value == Approx(360));
  CHECK(usage.energy->upper.value == Approx(480));
  CHECK(usage.energy->label == EnergyLabel::counter_shared);
}

TEST_CASE("cost forecast: energy that was not measured is not made up", "[estimators]") {
  CostForecast costs;
  CHECK_FALSE(costs.add(report(1, 10), 8).energy);
  CostForecast unmeasured_before(Usage{.wall = Seconds{30}});
  CHECK_FALSE(unmeasured_before.add(report(1, 10, 100), 8).energy);
  // A first report without energy says nothing of the energy of a step.
  CostForecast late;
  late.add(report(1, 10), 8);
  CHECK(late.add(report(2, 20, 100), 8).energy->joules.value == Approx(400));
}
