#include "estimators/patience.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

using namespace evolt;
using namespace evolt::test;

namespace {

/// Whether a trial with these values is stopped at its last, where another one leads.
bool stopped(const PatienceOptions& options, const std::vector<double>& values) {
  History history;
  grow(history, trial(2), std::vector<double>(50, -100));
  return Patience(options).judge(grow(history, trial(1), values), history).stops();
}

}  // namespace

TEST_CASE("patience: stops what has not improved for so many steps", "[estimators]") {
  const PatienceOptions three{.window = {.steps = 50}, .steps = 3};
  CHECK_FALSE(stopped(three, {5, 5, 5}));
  CHECK(stopped(three, {5, 5, 5, 5}));
  CHECK(stopped(three, {5, 6, 7, 8}));
  CHECK_FALSE(stopped(three, {5, 5, 5, 4.9}));
  CHECK_FALSE(stopped(three, {5, 4.9, 6, 6}));
  CHECK(stopped(three, {5, 4.9, 6, 6, 6}));
}

TEST_CASE("patience: an improvement must be more than delta", "[estimators]") {
  const PatienceOptions rule{.window = {.steps = 50}, .steps = 2, .delta = 0.5};
  CHECK(stopped(rule, {5, 4.9, 4.8}));
  CHECK(stopped(rule, {5, 4.75, 4.5}));
  CHECK_FALSE(stopped(rule, {5, 4.75, 4.25}));
}

TEST_CASE("patience: counts steps, not reports", "[estimators]") {
  History history;
  grow(history, trial(2), std::vector<double>(50, -100));
  const Patience rule({.window = {.steps = 50}, .steps = 10});
  history.add(trial(1), {5, 1});
  history.add(trial(1), {14, 1});
  CHECK_FALSE(rule.judge(*history.curve(trial(1)), history).stops());
  history.add(trial(1), {15, 1});
  CHECK(rule.judge(*history.curve(trial(1)), history).reason ==
        "no improvement of more than 0 for 10 steps at step 15");
}

TEST_CASE("patience: spares whoever leads", "[estimators]") {
  History history;
  grow(history, trial(2), std::vector<double>(9, 1));
  const Patience rule({.window = {.steps = 50}, .steps = 3});
  CHECK_FALSE(rule.judge(grow(history, trial(1), std::vector<double>(9, 1)), history).stops());
  CHECK(rule.judge(grow(history, trial(3), std::vector<double>(9, 1.1)), history).stops());
}

TEST_CASE("patience: what is not finite is no improvement", "[estimators]") {
  const PatienceOptions rule{.window = {.steps = 50}, .steps = 2};
  CHECK(stopped(rule, {1, -kInfinity, kNan, 5}));
  CHECK_FALSE(stopped(rule, {kNan, kNan, 5}));
  CHECK(stopped(rule, {1, kNan}));
  History history;
  CHECK_FALSE(Patience(rule).judge({trial(1), {}}, history).stops());
}

TEST_CASE("patience: waits for min_steps and lets the last step be", "[estimators]") {
  const PatienceOptions rule{.window = {.steps = 6, .min_steps = 5}, .steps = 2};
  CHECK_FALSE(stopped(rule, {1, 1, 1, 1}));
  CHECK(stopped(rule, {1, 1, 1, 1, 1}));
  CHECK_FALSE(stopped(rule, {1, 1, 1, 1, 1, 1}));
}

TEST_CASE("patience: refuses options without a meaning", "[estimators]") {
  CHECK_THROWS_AS(Patience({.window = {.min_steps = 0}}), ConfigError);
  CHECK_THROWS_AS(Patience({.steps = 0}), ConfigError);
  CHECK_THROWS_AS(Patience({.delta = -1}), ConfigError);
  CHECK_THROWS_AS(Patience({.delta = kNan}), ConfigError);
  CHECK_THROWS_AS(Patience({.delta = kInfinity}), ConfigError);
}
