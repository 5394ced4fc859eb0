#include "estimators/curve_point.hpp"

#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace evolt;
using namespace evolt::test;

TEST_CASE("curve point: the judged metric, smaller being better", "[estimators]") {
  const Measurement measurement{.step = 4, .metrics = {{"acc", 0.75}, {"train_loss", 0.5}}};
  CHECK(curve_point(measurement, "acc", true) == CurvePoint{4, -0.75, 0.5, {}});
  CHECK(curve_point(measurement, "acc", false) == CurvePoint{4, 0.75, 0.5, {}});
  CHECK(curve_point(measurement, "train_loss", false) == CurvePoint{4, 0.5, 0.5, {}});
}

TEST_CASE("curve point: none where the judged metric is not reported", "[estimators]") {
  const Measurement measurement{.step = 4, .metrics = {{"train_loss", 0.5}}};
  CHECK_FALSE(curve_point(measurement, "acc", true).has_value());
}

TEST_CASE("curve point: a loss only where one is reported, NaN too", "[estimators]") {
  CHECK_FALSE(curve_point({.step = 1, .metrics = {{"acc", 1}}}, "acc", true)->loss.has_value());
  const auto broken =
      curve_point({.step = 1, .metrics = {{"acc", 1}, {"train_loss", kNan}}}, "acc", true);
  REQUIRE(broken->loss.has_value());
  CHECK(std::isnan(*broken->loss));
}

TEST_CASE("curve point: it costs joules where they are measured, else seconds", "[estimators]") {
  Measurement measurement{.step = 1, .metrics = {{"acc", 1}}};
  CHECK_FALSE(curve_point(measurement, "acc", true)->cost.has_value());
  measurement.elapsed = Seconds{12};
  CHECK(curve_point(measurement, "acc", true)->cost == 12);
  measurement.energy = EnergyReading{.joules = Joules{340}};
  CHECK(curve_point(measurement, "acc", true)->cost == 340);
}
