#include "estimators/efficiency.hpp"

#include "estimators/objective.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

namespace {

Usage used(double joules, double seconds) {
  Usage usage{.wall = {seconds}};
  usage.energy = EnergyReading{.joules = {joules},
                               .lower = {joules},
                               .upper = {joules},
                               .label = EnergyLabel::counter_exclusive};
  return usage;
}

ObjectiveOptions per_joule(MetricPerCost form) {
  return {.names = {"acc"}, .maximized = 1, .form = std::move(form)};
}

}  // namespace

TEST_CASE("efficiency: skill above chance, to an exponent, per joule", "[estimators]") {
  const EfficiencyOptions options{.chance = 0.1, .target = 1, .exponent = 2};
  CHECK(efficiency(0.55, 100, options) == Approx(-0.25 / 100));
  CHECK(efficiency(1, 50, options) == Approx(-1.0 / 50));
}

TEST_CASE("efficiency: a model at chance level is worth nothing, however cheap", "[estimators]") {
  const EfficiencyOptions options{.chance = 0.1};
  CHECK(efficiency(0.1, 1e-9, options) == 0);
  CHECK(efficiency(0.05, 1e-9, options) == 0);
  CHECK(efficiency(0.2, 1e6, options) < 0);
}

TEST_CASE("efficiency: a loss is skilled by how far it is below that of knowing nothing",
          "[estimators]") {
  const EfficiencyOptions options{.maximized = false, .chance = 2, .target = 0, .exponent = 1};
  CHECK(efficiency(0.5, 10, options) == Approx(-0.75 / 10));
  CHECK(efficiency(3, 10, options) == 0);
}

TEST_CASE("efficiency: PePR, performance over one plus the scaled resource", "[estimators]") {
  const EfficiencyOptions options{
      .form = EfficiencyForm::pepr, .least_cost = 100, .most_cost = 300};
  CHECK(efficiency(0.8, 100, options) == Approx(-0.8));
  CHECK(efficiency(0.8, 200, options) == Approx(-0.8 / 1.5));
  CHECK(efficiency(0.8, 900, options) == Approx(-0.4));
  CHECK(efficiency(0.8, 1, options) == Approx(-0.8));
}

TEST_CASE("efficiency: NeuralPower, error to an exponent times energy", "[estimators]") {
  const EfficiencyOptions options{
      .form = EfficiencyForm::neural_power, .exponent = 2, .least_error = 0.01};
  CHECK(efficiency(0.9, 50, options) == Approx(0.01 * 50));
  CHECK(efficiency(1, 50, options) == Approx(0.0001 * 50));
}

TEST_CASE("efficiency: Zeus's cost weighs energy and time at full power", "[estimators]") {
  CHECK(zeus_cost({300}, {4}, 0.5, {100}).value == Approx(350));
  CHECK(zeus_cost({300}, {4}, 1, {100}).value == Approx(300));
  CHECK(zeus_cost({300}, {4}, 0, {100}).value == Approx(400));
}

TEST_CASE("objective: accuracy per joule, with a floor", "[estimators]") {
  const Objective objective(per_joule({.how = {.chance = 0.1}, .floor = 0.5}));
  CHECK(objective.size() == 1);
  const auto good = objective.score({{"acc", 0.8}}, used(100, 1));
  const auto poor = objective.score({{"acc", 0.4}}, used(1, 1));
  REQUIRE(good.ok());
  REQUIRE(poor.ok());
  CHECK(good->violation == 0);
  CHECK(poor->violation == Approx(0.2));
  CHECK(poor->values.front() <
        good->values.front());  // and yet it ranks behind: it misses the floor
  CHECK(objective.in_users_sign(0, good->values.front()) > 0);
}

TEST_CASE("objective: per second where nothing measures joules", "[estimators]") {
  const Objective objective(per_joule({.cost = "seconds", .how = {.exponent = 1}}));
  const auto scores = objective.score({{"acc", 0.8}}, Usage{.wall = {4}});
  REQUIRE(scores.ok());
  CHECK(scores->values.front() == Approx(-0.2));
}

TEST_CASE("objective: the cost to a target; who does not come to it ranks behind", "[estimators]") {
  const Objective objective(
      {.names = {"acc"}, .maximized = 1, .form = CostToTarget{.target = 0.8}});
  CHECK(objective.reached({{"acc", 0.8}}));
  CHECK_FALSE(objective.reached({{"acc", 0.79}}));
  CHECK_FALSE(objective.reached({{"loss", 0.9}}));
  const auto there = objective.score({{"acc", 0.85}}, used(500, 9));
  const auto short_of_it = objective.score({{"acc", 0.6}}, used(100, 9));
  REQUIRE(there.ok());
  REQUIRE(short_of_it.ok());
  CHECK(there->values.front() == 500);
  CHECK(there->violation == 0);
  CHECK(short_of_it->violation == Approx(0.25));
  CHECK(objective.in_users_sign(0, 500) == 500);
  const Objective falling({.names = {"loss"}, .form = CostToTarget{.target = 0.3}});
  CHECK(falling.reached({{"loss", 0.2}}));
  CHECK_FALSE(falling.reached({{"loss", 0.4}}));
  const Objective plain({.names = {"acc"}, .maximized = 1});
  CHECK_FALSE(plain.reached({{"acc", 1}}));
}

TEST_CASE("objective: time to a target needs no joules", "[estimators]") {
  const Objective objective({.names = {"acc"},
                             .maximized = 1,
                             .form = CostToTarget{.target = 0.8, .eta = 0, .most_power = {1}}});
  const auto scores = objective.score({{"acc", 0.85}}, Usage{.wall = {9}});
  REQUIRE(scores.ok());
  CHECK(scores->values.front() == Approx(9));
}
