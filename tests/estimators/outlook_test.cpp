#include "estimators/outlook.hpp"

#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace evolt;
using namespace evolt::test;

namespace {

std::optional<CurvePoint> seen(const Outlook& outlook, const Measurement& measurement) {
  CostForecast costs;
  return outlook.point(measurement, costs);
}

Measurement report(std::int64_t step, Metrics metrics, double seconds) {
  return {.step = step, .metrics = std::move(metrics), .elapsed = Seconds{seconds}};
}

}  // namespace

TEST_CASE("outlook: one metric, smaller being better", "[estimators]") {
  const Measurement measurement{.step = 4, .metrics = {{"acc", 0.75}, {"train_loss", 0.5}}};
  CHECK(seen(Outlook::of_metric("acc", true), measurement) == CurvePoint{4, -0.75, 0.5, {}});
  CHECK(seen(Outlook::of_metric("acc", false), measurement) == CurvePoint{4, 0.75, 0.5, {}});
  CHECK(Outlook::of_metric("acc", true).in_users_sign(-0.75) == 0.75);
  CHECK(Outlook::of_metric("acc", true).metric() == "acc");
}

TEST_CASE("outlook: none where what is judged is not reported, or nothing is judged",
          "[estimators]") {
  const Measurement measurement{.step = 4, .metrics = {{"train_loss", 0.5}}};
  CHECK_FALSE(seen(Outlook::of_metric("acc", true), measurement).has_value());
  CHECK_FALSE(seen(Outlook(), measurement).has_value());
  CHECK_FALSE(Outlook().judges());
  const Objective both({.names = {"train_loss", "joules"}});
  CHECK_FALSE(seen(Outlook::of_objective(both, 10), measurement).has_value());
}

TEST_CASE("outlook: a loss only where one is reported, NaN too", "[estimators]") {
  const Outlook outlook = Outlook::of_metric("acc", true);
  CHECK_FALSE(seen(outlook, {.step = 1, .metrics = {{"acc", 1}}})->loss.has_value());
  const auto broken = seen(outlook, {.step = 1, .metrics = {{"acc", 1}, {"train_loss", kNan}}});
  REQUIRE(broken->loss.has_value());
  CHECK(std::isnan(*broken->loss));
}

TEST_CASE("outlook: several objectives as they would be in the end", "[estimators]") {
  const Objective both({.names = {"acc", "seconds"}, .maximized = 1});
  const Outlook outlook = Outlook::of_objective(both, 10);
  CHECK(outlook.judges());
  CHECK(outlook.metric().empty());
  CostForecast costs;
  const auto first = outlook.point(report(1, {{"acc", 0.5}}, 7), costs);
  CHECK(first == CurvePoint{1, -0.5, {}, {70}});
  // Five seconds of start-up, two for each step.
  const auto third = outlook.point(report(3, {{"acc", 0.6}}, 11), costs);
  CHECK(third == CurvePoint{3, -0.6, {}, {25}});
  CHECK(outlook.in_users_sign(-0.6) == 0.6);
}

TEST_CASE("outlook: what is not finite is judged as such", "[estimators]") {
  const Objective both({.names = {"acc", "seconds"}, .maximized = 1});
  const auto point = seen(Outlook::of_objective(both, 10), report(1, {{"acc", kNan}}, 7));
  REQUIRE(point);
  CHECK(std::isnan(point->value));
  CHECK(point->others.size() == 1);
}

TEST_CASE("outlook: the miss of requirements is the last value; what is not reported yet is met",
          "[estimators]") {
  const Objective cheap({.names = {"seconds"}, .require = {{.param = "acc", .ge = 0.8}}});
  const Outlook outlook = Outlook::of_objective(cheap, 2);
  CHECK(seen(outlook, report(1, {{"acc", 0.4}}, 3)) == CurvePoint{1, 6, {}, {0.5}});
  CHECK(seen(outlook, report(1, {{"acc", 0.9}}, 3)) == CurvePoint{1, 6, {}, {0}});
  CHECK(seen(outlook, report(1, {}, 3)) == CurvePoint{1, 6, {}, {0}});
}

TEST_CASE("outlook: at the target a trial costs what it has used, before it what it would use",
          "[estimators]") {
  const Objective to({.names = {"acc"},
                      .maximized = 1,
                      .form = CostToTarget{.target = 0.8, .eta = 0, .most_power = Watts{1}}});
  const Outlook outlook = Outlook::of_objective(to, 10);
  CostForecast costs;
  CHECK(outlook.point(report(1, {{"acc", 0.4}}, 3), costs) == CurvePoint{1, 30, {}, {0.5}});
  CHECK(outlook.point(report(2, {{"acc", 0.8}}, 6), costs) == CurvePoint{2, 6, {}, {0}});
  CHECK_FALSE(seen(outlook, report(1, {}, 3)).has_value());  // how far the target is is not known
}
