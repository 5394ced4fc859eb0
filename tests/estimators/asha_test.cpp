#include "estimators/asha.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

using namespace evolt;
using namespace evolt::test;

TEST_CASE("asha: the best third of a rung goes on", "[estimators]") {
  History history;
  add_peers(history, 8, 1);  // with the judged one nine: the best three pass
  const auto& [value, stops] =
      GENERATE(table<double, bool>({{0.5, false}, {2.5, false}, {3.0, false}, {3.5, true}}));
  const Verdict verdict =
      Asha({.window = {.steps = 10}}).judge(grow(history, trial(1), {value}), history);
  INFO(value);
  CHECK(verdict.stops() == stops);
  CHECK(verdict.reason == (stops ? "not among the best 3 of 9 at step 1" : ""));
}

TEST_CASE("asha: the first eta - 1 at a rung pass and one always survives", "[estimators]") {
  History history;
  const Asha asha({.window = {.steps = 100, .min_steps = 2}, .eta = 4});
  int stopped = 0;
  for (std::uint64_t k = 0; k < 12; ++k) {
    const auto value = static_cast<double>(k);  // each worse than all before
    const bool stops = asha.judge(grow(history, trial(k), {value, value}), history).stops();
    CHECK((k >= 3 || !stops));
    stopped += stops ? 1 : 0;
  }
  CHECK(stopped == 9);
  CHECK_FALSE(asha.judge(grow(history, trial(99), {-1, -1}), history).stops());
}

TEST_CASE("asha: judges at rungs only, without end when the length is unknown", "[estimators]") {
  History history;
  add_peers(history, 9, 200);
  const Asha asha({.window = {.min_steps = 2}});
  std::vector<double> values;
  std::vector<std::int64_t> judged;
  for (std::int64_t step = 1; step <= 200; ++step) {
    values.push_back(99);
    if (asha.judge(grow(history, trial(1), values), history).stops()) {
      judged.push_back(step);
    }
  }
  CHECK(judged == std::vector<std::int64_t>{2, 6, 18, 54, 162});
}

TEST_CASE("asha: a report that jumps over a rung is judged there", "[estimators]") {
  History history;
  add_peers(history, 9, 40);
  const Asha asha({.window = {.steps = 100, .min_steps = 3}});
  history.add(trial(1), {2, 99});
  CHECK_FALSE(asha.judge(*history.curve(trial(1)), history).stops());
  history.add(trial(1), {30, 99});  // passes 3, 9 and 27
  CHECK(asha.judge(*history.curve(trial(1)), history).stops());
  history.add(trial(1), {31, 99});
  CHECK_FALSE(asha.judge(*history.curve(trial(1)), history).stops());
}

TEST_CASE("asha: the last step is never stopped, even on a rung", "[estimators]") {
  History history;
  add_peers(history, 9, 9);
  const std::vector<double> values(9, 99);
  const Curve& curve = grow(history, trial(1), values);
  CHECK(Asha({.window = {.steps = 10}}).judge(curve, history).stops());
  CHECK_FALSE(Asha({.window = {.steps = 9}}).judge(curve, history).stops());
}

TEST_CASE("asha: stops what is not finite from the first rung on", "[estimators]") {
  const double bad = GENERATE(as<double>(), kNan, kInfinity, -kInfinity);
  History history;
  const Asha asha({.window = {.steps = 50, .min_steps = 2}});
  CHECK_FALSE(asha.judge(grow(history, trial(1), {bad}), history).stops());
  CHECK(asha.judge(grow(history, trial(1), {1, 1, 1, bad}), history).reason ==
        "not finite at step 4");
}

TEST_CASE("asha: steps as large as they come do not upset the rungs", "[estimators]") {
  History history;
  constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
  for (std::uint64_t k = 0; k < 9; ++k) {
    history.add(trial(k), {kHuge, static_cast<double>(k)});
  }
  const double eta = GENERATE(1.5, 3.0, 1e300);
  const Asha asha({.window = {.min_steps = 1}, .eta = eta});
  CHECK_FALSE(asha.judge(*history.curve(trial(0)), history).stops());
  CHECK(asha.judge(*history.curve(trial(8)), history).stops() == (eta < 1e300));
}

TEST_CASE("asha: ranks by the score it is given, and says which", "[estimators]") {
  History history;
  for (std::uint64_t k = 0; k < 8; ++k) {
    grow(history, trial(k), {static_cast<double>(k)}, {10.0 - static_cast<double>(k)});
  }
  const Asha by_loss({.window = {.steps = 10}, .score = kLoss, .name = "tse_e"});
  CHECK(by_loss.name() == "tse_e");
  CHECK_FALSE(by_loss.judge(grow(history, trial(100), {99}, {1}), history).stops());
  CHECK(by_loss.judge(grow(history, trial(101), {-99}, {20}), history).reason ==
        "not among the best 3 of 10 at step 1 by training loss");
}

TEST_CASE("asha: a trial without the score is ranked by its best value", "[estimators]") {
  const double missing = GENERATE(as<double>(), kNan, kInfinity);
  History history;
  for (std::uint64_t k = 0; k < 8; ++k) {
    grow(history, trial(k), {static_cast<double>(k)}, {10.0 - static_cast<double>(k)});
  }
  const Asha by_loss({.window = {.steps = 10}, .score = kLoss});
  CHECK_FALSE(by_loss.judge(grow(history, trial(100), {-1}), history).stops());
  CHECK(by_loss.judge(grow(history, trial(101), {99}), history).stops());
  CHECK_FALSE(by_loss.judge(grow(history, trial(102), {-1}, {missing}), history).stops());
}

TEST_CASE("asha: refuses options without a meaning", "[estimators]") {
  CHECK_THROWS_AS(Asha({.window = {.min_steps = 0}}), ConfigError);
  CHECK_THROWS_AS(Asha({.eta = 1}), ConfigError);
  CHECK_THROWS_AS(Asha({.eta = kNan}), ConfigError);
  CHECK_THROWS_AS(Asha({.eta = kInfinity}), ConfigError);
}

namespace {

/// The promotion variant over `steps`, first rung 1.
Asha promotion(std::int64_t steps) {
  return Asha({.window = {.steps = steps}, .promotes = true});
}

}  // namespace

TEST_CASE("asha: the promotion variant parks, the first ones too", "[estimators]") {
  History history;
  const Asha asha = promotion(10);
  const Verdict first = asha.judge(grow(history, trial(1), {5}), history);
  CHECK(first.parks());
  CHECK(first.reason == "one of 1 at step 1, too few yet for one to go on");
  CHECK(asha.judge(grow(history, trial(2), {6}), history).parks());
  CHECK_FALSE(asha.judge(grow(history, trial(3), {4}), history).stops());  // the best of three
  const Verdict fourth = asha.judge(grow(history, trial(4), {7}), history);
  CHECK(fourth.parks());
  CHECK(fourth.reason == "not among the best 1 of 4 at step 1");
}

TEST_CASE("asha: the promotion variant promotes the best third of each rung once", "[estimators]") {
  History history;
  const Asha asha = promotion(81);
  ParkedTrials parked;
  for (std::uint64_t k = 1; k <= 9; ++k) {
    grow(history, trial(k), {static_cast<double>(k)});
    parked.add(trial(k), 1, history);
  }
  std::vector<TrialId> order;
  while (const auto next = asha.resume(parked, history, true)) {
    parked.remove(*next);
    order.push_back(*next);
  }
  CHECK(order == std::vector<TrialId>{trial(1), trial(2), trial(3)});
  // Those three come to step 3: the best of them goes on first, as the highest rung is asked first.
  for (const std::uint64_t k : {3U, 2U, 1U}) {
    history.add(trial(k), {3, static_cast<double>(k)});
    parked.add(trial(k), 3, history);
  }
  grow(history, trial(10), {0.5});
  parked.add(trial(10), 1, history);
  CHECK(asha.resume(parked, history, true) == trial(1));
  parked.remove(trial(1));
  // Ten came to the first rung, three pass: with the new best one, two of those promoted are among
  // the first three.
  CHECK(asha.resume(parked, history, true) == trial(10));
  parked.remove(trial(10));
  CHECK(asha.resume(parked, history, true) == std::nullopt);
}

TEST_CASE("asha: the promotion variant brings the best of each rung to the end at last",
          "[estimators]") {
  History history;
  const Asha asha = promotion(10);
  ParkedTrials parked;
  grow(history, trial(1), {2});
  grow(history, trial(2), {1});
  parked.add(trial(1), 1, history);
  parked.add(trial(2), 1, history);
  CHECK(asha.resume(parked, history, true) == std::nullopt);  // one in three
  CHECK(asha.resume(parked, history, false) == trial(2));
  parked.remove(trial(2));
  CHECK(asha.resume(parked, history, false) == std::nullopt);
}

TEST_CASE("asha: the promotion variant ranks those without the score by their best value",
          "[estimators]") {
  History history;
  const Asha asha({.window = {.steps = 81}, .score = {Score::Kind::tse, 0}, .promotes = true});
  ParkedTrials parked;
  for (std::uint64_t k = 1; k <= 6; ++k) {
    grow(history, trial(k), {static_cast<double>(k)});  // no losses
    parked.add(trial(k), 1, history);
  }
  CHECK(asha.resume(parked, history, true) == trial(1));
}

TEST_CASE("asha: the stopping variant takes nothing up", "[estimators]") {
  History history;
  ParkedTrials parked;
  grow(history, trial(1), {1});
  parked.add(trial(1), 1, history);
  CHECK(Asha({.window = {.steps = 10}}).resume(parked, history, false) == std::nullopt);
}

TEST_CASE("asha: goals are its rungs below the full length", "[estimators]") {
  const Asha asha({.window = {.steps = 30, .min_steps = 2}});
  const auto& [step, goal] = GENERATE(table<std::int64_t, std::optional<std::int64_t>>(
      {{0, 2}, {1, 2}, {2, 6}, {6, 18}, {17, 18}, {18, std::nullopt}, {29, std::nullopt}}));
  CHECK(asha.goal(step) == goal);
  CHECK(Asha({.window = {.min_steps = 2}}).goal(1000) == 1458);  // no known end
  CHECK(Asha({.window = {.steps = 5, .min_steps = 5}}).goal(0) == std::nullopt);
}
