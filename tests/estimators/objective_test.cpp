#include "estimators/objective.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>

using namespace evolt;
using namespace evolt::test;

namespace {

Usage measured_usage() {
  Usage usage{.wall = {12.5}};
  usage.energy = EnergyReading{
      .joules = {300}, .lower = {290}, .upper = {310}, .label = EnergyLabel::counter_exclusive};
  return usage;
}

/// The violation of one requirement on `m` by a value.
double violation(Requirement requirement, double value) {
  requirement.param = "m";
  const Objective objective({.names = {"loss"}, .require = {requirement}});
  const auto scores = objective.score({{"loss", 1}, {"m", value}}, {});
  REQUIRE(scores.ok());
  return scores->violation;
}

bool says(const absl::Status& status, const std::string& text) {
  INFO(status.ToString());
  return std::string(status.message()).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("objective: smaller is better inside, the user's sign outside", "[estimators]") {
  const Objective objective({.names = {"acc", "loss"}, .maximized = 1});
  const auto scores = objective.score({{"loss", 0.3}, {"acc", 0.9}, {"extra", kNan}}, {});
  REQUIRE(scores.ok());
  CHECK(scores->values == std::vector<double>{-0.9, 0.3});
  CHECK(scores->violation == 0);
  CHECK(objective.size() == 2);
  CHECK(objective.in_users_sign(0, -0.9) == 0.9);
  CHECK(objective.in_users_sign(1, 0.3) == 0.3);
  CHECK_FALSE(std::signbit(objective.in_users_sign(0, 0.0)));
}

TEST_CASE("objective: seconds and joules are built in", "[estimators]") {
  const Objective objective({.names = {"joules", "seconds"}});
  const auto scores = objective.score({{"seconds", 1}, {"joules", 1}}, measured_usage());
  REQUIRE(scores.ok());
  CHECK(scores->values == std::vector<double>{300, 12.5});
}

TEST_CASE("objective: joules that were not measured are never 0", "[estimators]") {
  const Objective objective({.names = {"joules"}});
  const absl::Status status = objective.score({{"joules", 5}}, Usage{}).status();
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK(says(status, "joules"));
}

TEST_CASE("objective: a missing metric is named beside those reported", "[estimators]") {
  const Objective objective({.names = {"val_acc"}});
  const absl::Status status = objective.score({{"loss", 1}, {"acc", 2}}, {}).status();
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK(says(status, "\"val_acc\""));
  CHECK(says(status, "reported: loss, acc"));
  CHECK(says(objective.score({}, {}).status(), "nothing was reported"));
}

TEST_CASE("objective: a value that is not finite is refused", "[estimators]") {
  const double bad = GENERATE(as<double>(), kNan, kInfinity, -kInfinity);
  const Objective objective({.names = {"loss"}});
  const absl::Status status = objective.score({{"loss", bad}}, {}).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(says(status, "\"loss\""));
  Usage usage = measured_usage();
  usage.energy->joules.value = bad;
  CHECK(Objective({.names = {"joules"}}).score({}, usage).status().code() ==
        absl::StatusCode::kNotFound);
}

TEST_CASE("objective: required metrics must be reported too", "[estimators]") {
  const Objective objective({.names = {"loss"}, .require = {{.param = "acc", .ge = 0.5}}});
  CHECK(objective.score({{"loss", 1}}, {}).status().code() == absl::StatusCode::kNotFound);
  CHECK(objective.score({{"loss", 1}, {"acc", kNan}}, {}).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("objective: a miss is relative to its bound", "[estimators]") {
  CHECK(violation({.ge = 10}, 10) == 0);
  CHECK(violation({.ge = 10}, 8) == Approx(0.2));
  CHECK(violation({.le = -4}, -3) == Approx(0.25));
  CHECK(violation({.le = 4}, 3) == 0);
  CHECK(violation({.ge = 1, .le = 2}, 3) == Approx(0.5));
  CHECK(violation({.ge = 0}, -1e-12) == Approx(1));
}

TEST_CASE("objective: a strict bound that is touched is missed, by very little", "[estimators]") {
  CHECK(violation({.gt = 10}, 10) > 0);
  CHECK(violation({.gt = 10}, 10) < 1e-9);
  CHECK(violation({.lt = 10}, 10) > 0);
  CHECK(violation({.gt = 10}, 10.1) == 0);
  CHECK(violation({.lt = 10}, 11) == Approx(0.1));
}

TEST_CASE("objective: listed values are missed by the distance to the nearest", "[estimators]") {
  const Requirement listed{.any_of = {Value(std::int64_t{2}), Value(4.0)}};
  CHECK(violation(listed, 4) == 0);
  CHECK(violation(listed, 3.8) == Approx(0.05));
  CHECK(violation(listed, 1) == Approx(0.5));
}

TEST_CASE("objective: the misses of all requirements add up", "[estimators]") {
  const Objective objective(
      {.names = {"loss"},
       .require = {{.param = "seconds", .le = 10}, {.param = "joules", .le = 200}}});
  const auto scores = objective.score({{"loss", 1}}, measured_usage());
  REQUIRE(scores.ok());
  CHECK(scores->violation == Approx(0.25 + 0.5));
}

TEST_CASE("objective: options without a meaning are refused", "[estimators]") {
  const auto refused = [](ObjectiveOptions options) {
    try {
      const Objective objective(std::move(options));
    } catch (const ConfigError& error) {
      return error.complaint().key;
    }
    return std::string("accepted");
  };
  CHECK(refused({}) == "objective");
  CHECK(refused({.names = {""}}) == "objective");
  CHECK(refused({.names = {"a", "b", "a"}}) == "objective");
  CHECK(refused({.names = {"a"}, .maximized = 2}) == "objective.maximize");
  const auto require = [&](Requirement requirement) {
    requirement.param = "m";
    return refused({.names = {"a"}, .require = {requirement}});
  };
  const std::string key = "objective.require.m";
  CHECK(require({}) == key);
  CHECK(require({.ge = kNan}) == key);
  CHECK(require({.lt = kInfinity}) == key);
  CHECK(require({.any_of = {Value(std::string("high"))}}) == key);
  CHECK(require({.any_of = {Value(true)}}) == key);
  CHECK(require({.ge = 2, .le = 1}) == key);
  CHECK(require({.gt = 1, .le = 1}) == key);
  CHECK(require({.ge = 1, .le = 1}) == "accepted");
  CHECK(refused({.names = {"a"}, .require = {{.ge = 1}}}) == "objective.require.");
}
