#include "estimators/objective.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <variant>
#include <vector>

using namespace evolt;

// What every objective that prices energy promises.

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<ObjectiveOptions> every_objective() {
  std::vector<ObjectiveOptions> all;
  all.push_back({.names = {"joules"}});
  all.push_back({.names = {"acc", "joules"}, .maximized = 1});
  all.push_back({.names = {"acc", "seconds", "joules"}, .maximized = 1});
  all.push_back({.names = {"acc"}, .maximized = 1, .require = {{.param = "joules", .le = 1000}}});
  for (const EfficiencyForm form :
       {EfficiencyForm::ratio, EfficiencyForm::pepr, EfficiencyForm::neural_power}) {
    all.push_back({.names = {"acc"},
                   .maximized = 1,
                   .form = MetricPerCost{.how = {.form = form, .most_cost = 1000}, .floor = 0.3}});
  }
  all.push_back({.names = {"acc"}, .maximized = 1, .form = CostToTarget{.target = 0.8}});
  all.push_back({.names = {"acc"},
                 .maximized = 1,
                 .form = CostToTarget{.target = 0.8, .eta = 0.5, .most_power = {300}}});
  return all;
}

Usage used(double joules, EnergyLabel label = EnergyLabel::counter_exclusive) {
  Usage usage{.wall = {10}};
  usage.energy = EnergyReading{
      .joules = {joules}, .lower = {joules}, .upper = {joules}, .label = label, .coverage = 1};
  return usage;
}

Usage bounded(double joules, double lower, double upper) {
  Usage usage = used(joules);
  usage.energy->lower = {lower};
  usage.energy->upper = {upper};
  return usage;
}

const Metrics kReport = {{"acc", 0.9}};

}  // namespace

TEST_CASE("every objective: scores what was measured", "[contracts]") {
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    const auto scores = objective.score(kReport, used(500));
    REQUIRE(scores.ok());
    CHECK(scores->values.size() == objective.size());
    CHECK(scores->violation == 0);
    for (const double value : scores->values) {
      CHECK(std::isfinite(value));
    }
  }
}

TEST_CASE("every objective: what was not measured has no scores, so it is never the best",
          "[contracts]") {
  const double broken = GENERATE(as<double>{}, 0, -0.0, -1, kNan, kInfinity, -kInfinity);
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    CHECK_FALSE(objective.score(kReport, used(broken)).ok());
    CHECK_FALSE(objective.score(kReport, used(500, EnergyLabel::none)).ok());
    CHECK_FALSE(objective.score(kReport, Usage{.wall = {10}}).ok());
    if (options.names.front() == "acc") {
      CHECK_FALSE(objective.score({{"acc", kNan}, {"joules", 5}}, used(500)).ok());
    }
  }
}

TEST_CASE("every objective: estimated joules count only where they are allowed to", "[contracts]") {
  const EnergyLabel label = GENERATE(EnergyLabel::model, EnergyLabel::declared);
  for (ObjectiveOptions options : every_objective()) {
    const auto refused = Objective(options).score(kReport, used(500, label)).status();
    CHECK(absl::IsNotFound(refused));
    CHECK(std::string(refused.message()).find("energy.estimated") != std::string::npos);
    options.measured.estimated = true;
    CHECK(Objective(options).score(kReport, used(500, label)).ok());
  }
}

TEST_CASE("every objective: fewer joules for the same are never worse", "[contracts]") {
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    const auto less = objective.score(kReport, used(400));
    const auto more = objective.score(kReport, used(900));
    REQUIRE(less.ok());
    REQUIRE(more.ok());
    for (std::size_t i = 0; i < less->values.size(); ++i) {
      CHECK(less->values[i] <= more->values[i]);
    }
  }
}

TEST_CASE("every objective: bounds hold the score, on a scale that turns back into it",
          "[contracts]") {
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    CHECK(objective.needs_energy());
    const auto scores = objective.score(kReport, bounded(500, 400, 700));
    const auto known = objective.bounded(kReport, bounded(500, 400, 700));
    REQUIRE(known.ok());
    REQUIRE(known->values.size() == objective.size());
    for (std::size_t i = 0; i < known->values.size(); ++i) {
      const Bounded& value = known->values[i];
      CHECK(objective.from_even(value.value) == Approx(scores->values[i]));
      CHECK(value.lower <= value.value);
      CHECK(value.value <= value.upper);
    }
    CHECK(known->violation == scores->violation);
  }
}

TEST_CASE("every objective: clearly fewer joules dominate, an overlap decides nothing",
          "[contracts]") {
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    const auto dominated = [&](const Usage& a, const Usage& b) {
      return dominates(*objective.bounded(kReport, a), *objective.bounded(kReport, b));
    };
    const bool scored =
        options.require.empty();  // where joules are a requirement only, both meet it
    CHECK(dominated(bounded(500, 400, 600), bounded(800, 700, 900)) == scored);
    CHECK_FALSE(dominated(bounded(800, 700, 900), bounded(500, 400, 600)));
    CHECK_FALSE(dominated(bounded(500, 400, 600), bounded(550, 450, 650)));
    CHECK_FALSE(dominated(bounded(500, 400, 600), bounded(500, 400, 600)));
    CHECK_FALSE(
        dominated(bounded(500, 0, 0), bounded(900, 800, 950)));  // nothing known of its error
  }
}

TEST_CASE("every objective: what was not measured has no bounds that could dominate",
          "[contracts]") {
  const double broken = GENERATE(as<double>{}, 0, -0.0, -1, kNan, kInfinity, -kInfinity);
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    CHECK_FALSE(objective.bounded(kReport, used(broken)).ok());
    CHECK_FALSE(objective.bounded(kReport, used(500, EnergyLabel::none)).ok());
    CHECK_FALSE(objective.bounded(kReport, used(500, EnergyLabel::model)).ok());
    CHECK_FALSE(objective.bounded(kReport, Usage{.wall = {10}}).ok());
    if (options.require.empty()) {
      // Bounds that cannot be, of joules that can: it neither dominates nor is dominated by them.
      const auto odd = *objective.bounded(kReport, bounded(100, broken, broken));
      const auto sound = *objective.bounded(kReport, bounded(900, 890, 910));
      CHECK_FALSE(dominates(odd, sound));
      CHECK_FALSE(dominates(sound, odd));
    }
  }
}

TEST_CASE("every objective: a common gain is left out only where it changes no order",
          "[contracts]") {
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    Usage usage = bounded(500, 400, 700);
    usage.energy->gain = 0.05;
    usage.energy->sensors = {"rapl"};
    CHECK(objective.bounded(kReport, usage)->source.empty());  // on whichever machine
    usage.energy->host_class = "a100";
    const auto known = objective.bounded(kReport, usage);
    const auto* const per = std::get_if<MetricPerCost>(&options.form);
    const auto* const to = std::get_if<CostToTarget>(&options.form);
    const bool added =
        (per != nullptr && per->how.form == EfficiencyForm::pepr) || (to != nullptr && to->eta < 1);
    CHECK(known->source.empty() == added);
    CHECK(known->own.size() == (added ? 0 : objective.size()));
    ObjectiveOptions guessing = options;
    guessing.measured.estimated = true;
    usage.energy->label = EnergyLabel::model;
    CHECK(Objective(guessing).bounded(kReport, usage)->source.empty());  // no common factor
  }
}

TEST_CASE("every objective: the user's sign is its own inverse", "[contracts]") {
  for (const ObjectiveOptions& options : every_objective()) {
    const Objective objective(options);
    for (std::size_t i = 0; i < objective.size(); ++i) {
      CHECK(objective.in_users_sign(i, objective.in_users_sign(i, 3.5)) == 3.5);
    }
  }
}
