#include "estimators/paced_halving.hpp"

#include "core/config_error.hpp"
#include "core/rng.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <vector>

using namespace evolt;
using namespace evolt::test;

namespace {

constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();

PacedHalving parking(std::int64_t steps = 81) {
  return PacedHalving({.window = {.steps = steps}, .parks = true});
}

PacedHalving stopping(std::int64_t steps = 81) {
  return PacedHalving({.window = {.steps = steps}});
}

/// How many of trials 0 .. count-1 pass the rung at step 1.
int passing(const PacedHalving& rule, const History& history, std::uint64_t count) {
  int passed = 0;
  for (std::uint64_t k = 0; k < count; ++k) {
    passed += rule.judge(first_of(*history.curve(trial(k)), 1), history).stops() ? 0 : 1;
  }
  return passed;
}

std::vector<double> shuffled(std::size_t count, std::uint64_t seed) {
  std::vector<double> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  Rng rng({seed});
  for (std::size_t i = count; i > 1; --i) {
    std::swap(numbers[i - 1], numbers[rng.below(i)]);
  }
  return numbers;
}

/// Forty trials that came to step 3, where trial k has the value k; at step 1 they have these.
History forty(const std::vector<double>& values, const std::vector<double>& losses) {
  History history;
  for (std::uint64_t k = 0; k < 40; ++k) {
    const auto late = static_cast<double>(k);
    // Worse than at step 3, so that the best value at step 3 is the one there.
    grow(history, trial(k), {100 + values[k], 100 + late, late}, {losses[k], 1, 1});
  }
  return history;
}

std::vector<double> ordered() {
  std::vector<double> numbers(40);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

/// A rank with one slot: runs trials one after the other, parks them and takes them up again.
struct Rank {
  PacedHalving rule;
  std::vector<std::vector<double>> curves;
  History history;
  ParkedTrials parked;
  std::map<TrialId, std::int64_t> steps;
  std::set<TrialId> finished;

  void go_on(std::uint64_t k) {
    const TrialId id = trial(k);
    parked.remove(id);
    const auto length = std::ssize(curves[k]);
    while (steps[id] < length) {
      const std::int64_t step = ++steps[id];
      history.add(id, {step, curves[k][static_cast<std::size_t>(step - 1)]});
      const Verdict verdict = rule.judge(*history.curve(id), history);
      if (verdict.parks()) {
        parked.add(id, step, history);
      }
      if (verdict.stops()) {
        return;
      }
    }
    finished.insert(id);
  }

  void run() {
    for (std::uint64_t k = 0; k < curves.size(); ++k) {
      resume_all(true);
      go_on(k);
    }
    resume_all(false);
  }

  void resume_all(bool more) {
    while (const auto next = rule.resume(parked, history, more)) {
      go_on(next->counter);
    }
  }
};

/// Trial k stays at its value for so many steps.
std::vector<std::vector<double>> flat(const std::vector<double>& values, std::size_t steps) {
  std::vector<std::vector<double>> curves;
  for (const double value : values) {
    curves.emplace_back(steps, value);
  }
  return curves;
}

}  // namespace

TEST_CASE("paced halving: parks what is outside the share of its rung", "[estimators]") {
  History history;
  add_peers(history, 19, 1);  // 20 with the judged one; a share of 1 / 3.6 lets five pass
  const auto& [value, parks] =
      GENERATE(table<double, bool>({{0.5, false}, {4.5, false}, {5.0, false}, {5.5, true}}));
  const Verdict verdict = parking().judge(grow(history, trial(1), {value}), history);
  INFO(value);
  CHECK(verdict.parks() == parks);
  CHECK(verdict.reason == (parks ? "number 6 of 20 at step 1 by best value so far; the best 5 of "
                                   "20 trials go on"
                                 : ""));
}

TEST_CASE("paced halving: what has come into the share goes on", "[estimators]") {
  History history;
  add_peers(history, 18, 1);
  const PacedHalving rule = parking();
  ParkedTrials parked;
  for (const double value : {5.5, 5.6}) {
    const TrialId id = trial(static_cast<std::uint64_t>(10 * value));
    REQUIRE(rule.judge(grow(history, id, {value}), history).parks());
    parked.add(id, 1, history);
  }
  CHECK_FALSE(rule.resume(parked, history, true).has_value());
  grow(history, trial(2), {90});  // 21: six may pass
  CHECK(rule.resume(parked, history, true) == trial(55));
  parked.remove(trial(55));
  CHECK_FALSE(rule.resume(parked, history, true).has_value());
}

TEST_CASE("paced halving: judges once at a rung", "[estimators]") {
  History history;
  add_peers(history, 20, 30);
  const PacedHalving rule = parking();
  std::vector<std::int64_t> judged;
  for (std::int64_t step = 1; step <= 30; ++step) {
    history.add(trial(1), {step, 99});
    if (rule.judge(*history.curve(trial(1)), history).stops()) {
      judged.push_back(step);
    }
  }
  CHECK(judged == std::vector<std::int64_t>{1, 3, 9, 27});
}

TEST_CASE("paced halving: a report that jumps over rungs is judged at the highest",
          "[estimators]") {
  History history;
  add_peers(history, 20, 30);
  history.add(trial(1), {20, 99});
  CHECK(parking().judge(*history.curve(trial(1)), history).parks());
  history.add(trial(1), {26, 99});
  CHECK_FALSE(parking().judge(*history.curve(trial(1)), history).stops());
}

TEST_CASE("paced halving: neither the last step nor the last tenth is a rung", "[estimators]") {
  const std::int64_t steps = GENERATE(9, 10, 27, 30, 31);
  History history;
  add_peers(history, 20, 30);
  std::int64_t last = 0;
  for (std::int64_t step = 1; step <= steps; ++step) {
    history.add(trial(1), {step, 99});
    if (parking(steps).judge(*history.curve(trial(1)), history).stops()) {
      last = step;
    }
  }
  CHECK(last == (steps == 31 ? 27 : steps > 10 ? 9 : 3));
}

TEST_CASE("paced halving: stops what is not finite, it does not park it", "[estimators]") {
  const double bad = GENERATE(as<double>(), kNan, kInfinity, -kInfinity);
  History history;
  const Verdict verdict = parking().judge(grow(history, trial(1), {1, bad}), history);
  CHECK(verdict.decision == Verdict::Decision::stop);
  CHECK(verdict.reason == "not finite at step 2");
}

TEST_CASE("paced halving: a rung that foretells little keeps more", "[estimators]") {
  const History telling = forty(ordered(), std::vector<double>(40, 1));
  const History vague = forty(shuffled(40, 3), std::vector<double>(40, 1));
  const PacedHalving rule({.window = {.steps = 81}, .parks = true, .scores = {kBest}});
  const int few = passing(rule, telling, 40);
  const int many = passing(rule, vague, 40);
  // Concordance (40 + 9) / 52 = 0.94: eta = 3.5 exp(1.75 * 0.19) = 4.9; about 0.57 gives 2.5.
  CHECK(few == 8);
  CHECK(many > few + 5);
  CHECK(many < 20);
}

TEST_CASE("paced halving: a rung where all are alike lets all pass", "[estimators]") {
  const History history = forty(std::vector<double>(40, 1), std::vector<double>(40, 1));
  CHECK(passing(parking(), history, 40) == 40);
}

TEST_CASE("paced halving: ranks by the training loss where that foretells better", "[estimators]") {
  const History history = forty(shuffled(40, 4), ordered());
  const Verdict verdict = parking().judge(first_of(*history.curve(trial(39)), 1), history);
  CHECK(verdict.parks());
  CHECK(verdict.reason.find("number 40 of 40 at step 1 by training loss;") == 0);
  CHECK_FALSE(parking().judge(first_of(*history.curve(trial(0)), 1), history).stops());
}

TEST_CASE("paced halving: ranks by the metric where the training loss misleads", "[estimators]") {
  const History history = forty(ordered(), shuffled(40, 4));
  const Verdict verdict = parking().judge(first_of(*history.curve(trial(39)), 1), history);
  CHECK(verdict.parks());
  CHECK(verdict.reason.find("number 40 of 40 at step 1 by best value so far;") == 0);
  CHECK_FALSE(parking().judge(first_of(*history.curve(trial(0)), 1), history).stops());
}

TEST_CASE("paced halving: a trial without the score of a rung is ranked by its best value",
          "[estimators]") {
  History history = forty(shuffled(40, 4), ordered());
  const auto silent = [&](std::uint64_t id, double value) {
    return parking().judge(grow(history, trial(id), {value}), history);
  };
  CHECK_FALSE(silent(50, 1).stops());
  const Verdict bad = silent(51, 1000);
  CHECK(bad.parks());
  CHECK(bad.reason.find("by best value so far") != std::string::npos);
  // Nor is it forgotten once it is parked.
  ParkedTrials parked;
  parked.add(trial(51), 1, history);
  CHECK_FALSE(parking().resume(parked, history, false).has_value());
  parked.add(trial(50), 1, history);
  CHECK(parking().resume(parked, history, false) == trial(50));
}

TEST_CASE("paced halving: until ten trials have come nobody passes a share below one",
          "[estimators]") {
  Rank rank{.rule = parking(), .curves = flat({3, 1, 4, 2, 9, 8, 7, 6, 5}, 81)};
  for (std::uint64_t k = 0; k < 9; ++k) {
    rank.resume_all(true);
    rank.go_on(k);
  }
  rank.resume_all(true);
  CHECK(rank.finished.empty());
  CHECK(rank.steps[trial(1)] == 3);  // the first rung's share is two of nine, the second's none
  // The tenth trial: the best goes to the end alone, although no share is above one.
  rank.curves.emplace_back(81, 10);
  rank.go_on(9);
  rank.resume_all(true);
  CHECK(rank.finished == std::set<TrialId>{trial(1)});
}

TEST_CASE("paced halving: at the end the finalists finish, the best first", "[estimators]") {
  Rank rank{.rule = parking(), .curves = flat(shuffled(30, 7), 81)};
  rank.run();
  std::vector<double> results;
  for (const TrialId& id : rank.finished) {
    results.push_back(rank.curves[id.counter].front());
  }
  std::sort(results.begin(), results.end());
  REQUIRE(results.size() >= 3);
  CHECK(results.size() <= 6);
  CHECK(std::vector<double>(results.begin(), results.begin() + 3) == std::vector<double>{0, 1, 2});
  CHECK(rank.parked.size() + rank.finished.size() == 30);
}

TEST_CASE("paced halving: with nothing parked, nothing goes on", "[estimators]") {
  const History history = forty(ordered(), ordered());
  CHECK_FALSE(parking().resume(ParkedTrials(), history, true).has_value());
  CHECK_FALSE(parking().resume(ParkedTrials(), history, false).has_value());
}

TEST_CASE("paced halving: where nothing can be corrected the first and the best few pass",
          "[estimators]") {
  History history;
  const PacedHalving rule({.window = {.steps = 81}, .finalists = 2, .few = 4});
  std::vector<bool> stopped;
  for (std::uint64_t k = 0; k < 8; ++k) {  // each worse than all before
    stopped.push_back(
        rule.judge(grow(history, trial(k), {static_cast<double>(k)}), history).stops());
  }
  CHECK(stopped == std::vector<bool>{false, false, false, true, true, true, true, true});
  CHECK_FALSE(rule.judge(grow(history, trial(90), {0.5}), history).stops());
  CHECK(rule.judge(grow(history, trial(91), {1.5}), history).decision == Verdict::Decision::stop);
}

TEST_CASE("paced halving: it never parks unless it is told to", "[estimators]") {
  Rank rank{.rule = stopping(), .curves = flat(shuffled(40, 8), 81)};
  rank.run();
  CHECK(rank.parked.empty());
  CHECK(rank.finished.size() >= 3);
  CHECK(rank.finished.size() < 40);
}

TEST_CASE("paced halving: an unknown length has rungs without end", "[estimators]") {
  History history;
  add_peers(history, 20, 300);
  const PacedHalving rule({.window = {.min_steps = 3}, .parks = true});
  std::vector<std::int64_t> judged;
  for (std::int64_t step = 1; step <= 300; ++step) {
    history.add(trial(1), {step, 99});
    if (rule.judge(*history.curve(trial(1)), history).stops()) {
      judged.push_back(step);
    }
  }
  CHECK(judged == std::vector<std::int64_t>{3, 9, 27, 81, 243});
}

TEST_CASE("paced halving: steps as large as they come do not upset the rungs", "[estimators]") {
  const PacedHalving rule({.parks = true});
  History history;
  ParkedTrials parked;
  for (std::uint64_t k = 0; k < 9; ++k) {
    history.add(trial(k), {kHuge - static_cast<std::int64_t>(k % 2), static_cast<double>(k)});
    if (rule.judge(*history.curve(trial(k)), history).parks()) {
      parked.add(trial(k), history.curve(trial(k))->points.back().step, history);
    }
  }
  CHECK_FALSE(rule.judge(*history.curve(trial(8)), history).stops());
  CHECK(rule.judge(*history.curve(trial(7)), history).stops());
  CHECK_NOTHROW(rule.resume(parked, history, false));
}

TEST_CASE("paced halving: a parked trial's forecast follows what others came to", "[estimators]") {
  History history;
  for (std::uint64_t k = 0; k < 20; ++k) {
    // From step 1 to 3 each gains 10 + k % 2, from 3 to the end 5.
    const double start = 100 + static_cast<double>(k);
    const double gain = 10 + static_cast<double>(k % 2);
    grow(history, trial(k),
         {start, start, start - gain, start - gain, start - gain, start - gain, start - gain,
          start - gain - 5});
  }
  const PacedHalving rule({.window = {.steps = 8}, .parks = true});
  const Verdict verdict = rule.judge(grow(history, trial(50), {200}), history);
  REQUIRE(verdict.parks());
  CHECK(verdict.forecast.value() == Approx(200 - 10.5 - 5).margin(1));
  CHECK(verdict.spread.value() == Approx(0.5).margin(0.01));
  // Nobody went on: no more than the value itself, and nothing to say how sure that is.
  History young;
  add_peers(young, 19, 1);
  const Verdict early = rule.judge(grow(young, trial(50), {200}), young);
  REQUIRE(early.parks());
  CHECK(early.forecast == 200);
}

TEST_CASE("paced halving: refuses a first rung that is none", "[estimators]") {
  CHECK_THROWS_AS(PacedHalving({.window = {.min_steps = 0}}), ConfigError);
}

TEST_CASE("paced halving: goals are its rungs, none in the last tenth", "[estimators]") {
  const PacedHalving rule({.window = {.steps = 28}});
  CHECK(rule.goal(0) == 1);
  CHECK(rule.goal(1) == 3);
  CHECK(rule.goal(3) == 9);
  CHECK(rule.goal(9) == std::nullopt);  // 27 is too late to save anything
  CHECK(PacedHalving({.window = {.min_steps = 4}}).goal(3) == 4);
}
