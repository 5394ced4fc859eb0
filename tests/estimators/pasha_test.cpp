#include "estimators/pasha.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

using namespace evolt;
using namespace evolt::test;

namespace {

Pasha rule() {
  return Pasha({.window = {.steps = 100}});
}

/// Twelve flat curves of so many steps, in the same order at each.
History steady(std::size_t steps) {
  History history;
  for (std::uint64_t k = 0; k < 12; ++k) {
    grow(history, trial(100 + k), std::vector<double>(steps, static_cast<double>(k)));
  }
  return history;
}

/// Two curves that change places at each step and stay so far apart.
void cross(Pasha& pasha, double apart, std::uint64_t id) {
  History history;
  std::vector<double> left;
  std::vector<double> right;
  for (int step = 0; step < 6; ++step) {
    left.push_back(step % 2 == 0 ? 0 : apart);
    right.push_back(step % 2 == 0 ? apart : 0);
  }
  pasha.observe(grow(history, trial(id), left), Ending::finished);
  pasha.observe(grow(history, trial(id + 1), right), Ending::finished);
}

}  // namespace

TEST_CASE("pasha: while the order holds, only the leader passes the second rung", "[estimators]") {
  History history = steady(9);
  CHECK(rule().top(history) == 3);
  const Curve& second = grow(history, trial(1), {0.5, 0.5, 0.5});
  CHECK_FALSE(rule().judge(first_of(second, 1), history).stops());  // of 13 four pass
  CHECK(rule().judge(second, history).reason ==
        "not among the best 1 of 13 at step 3, the top rung");
  CHECK_FALSE(rule().judge(grow(history, trial(2), {-1, -1, -1}), history).stops());
}

TEST_CASE("pasha: the top rung grows while the order of the two top rungs changes",
          "[estimators]") {
  History history = steady(9);
  grow(history, trial(1), {5.5, 5.5, 0.5});  // at step 3 among other neighbours
  CHECK(rule().top(history) == 9);
  CHECK_FALSE(rule().judge(*history.curve(trial(1)), history).stops());
  grow(history, trial(2), std::vector<double>(9, 6.5));
  grow(history, trial(1), {5.5, 5.5, 0.5, 1, 1, 1, 1, 1, -4});
  CHECK(rule().top(history) == 27);
}

TEST_CASE("pasha: changes within the tolerance are none", "[estimators]") {
  History history = steady(3);
  grow(history, trial(1), {3.1, 3.1, 2.8});
  Pasha pasha = rule();
  CHECK(pasha.tolerance() == 0);
  CHECK(pasha.top(history) == 9);
  cross(pasha, 0.3, 1);
  CHECK(pasha.tolerance() == Approx(0.3));
  CHECK(pasha.top(history) == 3);
}

TEST_CASE("pasha: the tolerance comes from curves that cross at least twice", "[estimators]") {
  Pasha pasha = rule();
  History history;
  pasha.observe(grow(history, trial(1), {1, 2, 3, 4}), Ending::finished);
  pasha.observe(grow(history, trial(2), {4, 3, 2, 1}), Ending::stopped);  // once
  CHECK(pasha.tolerance() == 0);
  pasha.observe(grow(history, trial(3), {kNan, 9, kNan, 9}), Ending::failed);
  CHECK(pasha.tolerance() == 0);
  for (std::uint64_t k = 0; k < 3; ++k) {
    cross(pasha, 0.5, 10 + 2 * k);
  }
  CHECK(pasha.tolerance() > 0);
}

TEST_CASE("pasha: without an end the top rung has none either", "[estimators]") {
  const History history = steady(3);
  CHECK(Pasha({.window = {.min_steps = 2}}).top(history) == 6);
  History wild;
  for (std::uint64_t k = 0; k < 20; ++k) {
    std::vector<double> values;
    for (int step = 0; step < 90; ++step) {
      values.push_back(-step -
                       static_cast<double>((k * static_cast<std::uint64_t>(step + 1)) % 20) / 20);
    }
    grow(wild, trial(k), values);
  }
  CHECK(Pasha({.window = {.min_steps = 1}}).top(wild) >= 27);
  CHECK(Pasha({.window = {.steps = 20}}).top(wild) == 27);  // past the end: plain ASHA
}

TEST_CASE("pasha: the first at a rung pass, what is not finite is stopped", "[estimators]") {
  History history;
  CHECK_FALSE(rule().judge(grow(history, trial(1), {5}), history).stops());
  CHECK_FALSE(rule().judge(grow(history, trial(2), {6}), history).stops());
  CHECK(rule().judge(grow(history, trial(3), {7}), history).stops());
  CHECK(rule().judge(grow(history, trial(4), {kNan}), history).stops());
  CHECK_FALSE(rule().judge({trial(5), {}}, history).stops());
}

TEST_CASE("pasha: refuses options without a meaning", "[estimators]") {
  CHECK_THROWS_AS(Pasha({.window = {.min_steps = 0}}), ConfigError);
  CHECK_THROWS_AS(Pasha({.eta = 1}), ConfigError);
  CHECK_THROWS_AS(Pasha({.eta = kNan}), ConfigError);
}

TEST_CASE("pasha: the promotion variant parks, and past the top rung only the leader goes on",
          "[estimators]") {
  History history;
  const Pasha pasha({.window = {.steps = 81}, .promotes = true});
  ParkedTrials parked;
  CHECK(pasha.judge(grow(history, trial(1), {1}), history).parks());  // too few
  for (std::uint64_t k = 2; k <= 18; ++k) {
    grow(history, trial(k), {static_cast<double>(k)});
  }
  for (std::uint64_t k = 1; k <= 18; ++k) {
    parked.add(trial(k), 1, history);
  }
  for (std::uint64_t k = 1; k <= 6; ++k) {  // a third of 18
    REQUIRE(pasha.resume(parked, history, true) == trial(k));
    parked.remove(trial(k));
  }
  CHECK(pasha.resume(parked, history, true) == std::nullopt);
  for (std::uint64_t k = 6; k >= 1; --k) {  // in the same order: step 3 stays the top rung
    history.add(trial(k), {3, static_cast<double>(k)});
    parked.add(trial(k), 3, history);
  }
  REQUIRE(pasha.top(history) == 3);
  const Verdict second = pasha.judge(*history.curve(trial(2)), history);
  CHECK(second.parks());
  CHECK(second.reason == "not among the best 1 of 6 at step 3, the top rung");
  CHECK(pasha.resume(parked, history, true) == trial(1));
  parked.remove(trial(1));
  CHECK(pasha.resume(parked, history, true) == std::nullopt);
  CHECK(pasha.resume(parked, history, false) == std::nullopt);  // each rung's leader is on its way
}

TEST_CASE("pasha: goals are its rungs, whichever the top one is", "[estimators]") {
  const Pasha pasha({.window = {.steps = 30}});
  CHECK(pasha.goal(0) == 1);
  CHECK(pasha.goal(9) == 27);
  CHECK(pasha.goal(27) == std::nullopt);
}
