#include "estimators/median_rule.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

using namespace evolt;
using namespace evolt::test;

namespace {

MedianRule rule(MedianRuleOptions options = {.window = {.steps = 10}}) {
  return MedianRule(std::move(options));
}

}  // namespace

TEST_CASE("median rule: stops what more than half of the peers beat", "[estimators]") {
  History history;
  add_peers(history, 6, 4);
  const auto& [value, stops] = GENERATE(table<double, bool>(
      {{0.5, false}, {3.5, false}, {4.0, false}, {4.5, true}, {5.0, true}, {9.0, true}}));
  const Verdict verdict = rule().judge(grow(history, trial(1), {value}), history);
  INFO(value);
  CHECK(verdict.stops() == stops);
  CHECK(verdict.reason.empty() != stops);
}

TEST_CASE("median rule: judges the best so far, not the newest value", "[estimators]") {
  History history;
  add_peers(history, 6, 4);
  CHECK_FALSE(rule().judge(grow(history, trial(1), {2, 9}), history).stops());
  CHECK(rule().judge(grow(history, trial(2), {9, 9}), history).stops());
}

TEST_CASE("median rule: says what it saw", "[estimators]") {
  History history;
  add_peers(history, 8, 2);
  CHECK(rule().judge(grow(history, trial(1), {6.5, 6.5}), history).reason ==
        "worse than 6 of 8 others at step 2");
}

TEST_CASE("median rule: needs min_peers others at the same step", "[estimators]") {
  History history;
  add_peers(history, 5, 1);
  add_peers(history, 4, 2);
  CHECK(rule().judge(grow(history, trial(1), {99}), history).stops());
  CHECK_FALSE(rule().judge(grow(history, trial(1), {99, 99}), history).stops());
}

TEST_CASE("median rule: a diverged peer is none", "[estimators]") {
  History history;
  add_peers(history, 4, 1);
  grow(history, trial(1), {kNan});
  const Curve& curve = grow(history, trial(2), {99});
  CHECK_FALSE(rule().judge(curve, history).stops());
  grow(history, trial(3), {1});
  CHECK(rule().judge(curve, history).stops());
}

TEST_CASE("median rule: waits for min_steps and lets the last step be", "[estimators]") {
  History history;
  add_peers(history, 6, 10);
  const MedianRule late = rule({.window = {.steps = 5, .min_steps = 3}});
  std::vector<double> values;
  for (const bool stops : {false, false, true, true, false, false}) {
    values.push_back(99);
    CHECK(late.judge(grow(history, trial(1), values), history).stops() == stops);
  }
}

TEST_CASE("median rule: stops a curve whose newest value is not finite", "[estimators]") {
  const double bad = GENERATE(as<double>(), kNan, kInfinity, -kInfinity);
  History history;
  const MedianRule late = rule({.window = {.steps = 5, .min_steps = 2}});
  CHECK_FALSE(late.judge(grow(history, trial(1), {bad}), history).stops());
  const Verdict verdict = late.judge(grow(history, trial(1), {bad, bad}), history);
  CHECK(verdict.stops());
  CHECK(verdict.reason == "not finite at step 2");
  CHECK(late.judge(grow(history, trial(2), {1, bad}), history).stops());
  CHECK_FALSE(late.judge(grow(history, trial(3), {bad, bad, 1}), history).stops());
}

TEST_CASE("median rule: with patience, one good report in between saves", "[estimators]") {
  History history;
  add_peers(history, 10, 8);
  const MedianRule patient =
      rule({.window = {.steps = 8, .min_steps = 1}, .quantile = 0.6, .reports = 3});
  CHECK_FALSE(patient.judge(grow(history, trial(1), {9, 9}), history).stops());
  CHECK(patient.judge(grow(history, trial(1), {9, 9, 9}), history).stops());
  CHECK_FALSE(patient.judge(grow(history, trial(2), {9, 9, 6}), history).stops());
  // The best so far counts: the good third report carries the later ones.
  CHECK_FALSE(patient.judge(grow(history, trial(2), {9, 9, 6, 9, 9, 9}), history).stops());
  CHECK(patient.judge(grow(history, trial(3), {9, 9, 9, 8}), history).reason ==
        "worse than 8 of 11 others at step 4, and behind for 3 reports");
}

TEST_CASE("median rule: trials that report at steps of their own still have peers",
          "[estimators]") {
  History history;
  for (std::uint64_t k = 0; k < 6; ++k) {
    for (std::int64_t i = 1; i <= 20; ++i) {
      history.add(trial(k), {1000 * i + static_cast<std::int64_t>(k), 1});
    }
  }
  for (std::int64_t i = 1; i <= 3; ++i) {
    history.add(trial(9), {1007 * i, 2});
  }
  CHECK(rule({.window = {.steps = 20000, .min_steps = 2000}})
            .judge(*history.curve(trial(9)), history)
            .stops());
}

TEST_CASE("median rule: judges a curve that the history does not hold", "[estimators]") {
  History history;
  add_peers(history, 6, 3);
  CHECK(rule().judge({trial(1), {{1, 99}, {2, 99}}}, history).stops());
  CHECK_FALSE(rule().judge({trial(1), {{1, 1}, {2, 99}}}, history).stops());
}

TEST_CASE("median rule: refuses options without a meaning", "[estimators]") {
  CHECK_THROWS_AS(MedianRule({.window = {.min_steps = 0}}), ConfigError);
  CHECK_THROWS_AS(MedianRule({.min_peers = 0}), ConfigError);
  CHECK_THROWS_AS(MedianRule({.reports = 0}), ConfigError);
  CHECK_THROWS_AS(MedianRule({.quantile = 0}), ConfigError);
  CHECK_THROWS_AS(MedianRule({.quantile = 1}), ConfigError);
  CHECK_THROWS_AS(MedianRule({.quantile = kNan}), ConfigError);
}
