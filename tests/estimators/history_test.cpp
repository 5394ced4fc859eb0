#include "estimators/history.hpp"

#include "core/rng.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>
#include <optional>
#include <vector>

using namespace evolt;
using namespace evolt::test;

TEST_CASE("history: knows nothing of a trial before its first point", "[estimators]") {
  History history;
  history.end(trial(1), Ending::finished);
  CHECK(history.curve(trial(1)) == nullptr);
  CHECK_FALSE(history.ending(trial(1)).has_value());
  CHECK_FALSE(history.best(trial(1), 1).has_value());
  CHECK(history.trials() == 0);
  CHECK(history.place(trial(1), 0, 1) == Place{0, 0});
}

TEST_CASE("history: the first value of a step stands and late points are dropped", "[estimators]") {
  History history;
  history.add(trial(1), {2, 0.5});
  history.add(trial(1), {2, 0.1});
  history.add(trial(1), {1, 0.1});
  history.add(trial(1), {3, 0.4});
  REQUIRE(history.curve(trial(1)) != nullptr);
  CHECK(*history.curve(trial(1)) == Curve{trial(1), {{2, 0.5}, {3, 0.4}}});
  CHECK(history.best(trial(1), 2) == 0.5);
  CHECK(history.trials() == 1);
}

TEST_CASE("history: a new attempt adds nothing until it passes the last one", "[estimators]") {
  History history;
  grow(history, trial(1), {5, 4, 3});
  grow(history, trial(1), {1, 1, 1, 2});
  CHECK(history.curve(trial(1))->points == std::vector<CurvePoint>{{1, 5}, {2, 4}, {3, 3}, {4, 2}});
}

TEST_CASE("history: the best at a step is of the first report at or past it", "[estimators]") {
  History history;
  for (const CurvePoint& point : {CurvePoint{2, 7}, {4, 3}, {6, 5}, {8, 1}}) {
    history.add(trial(1), point);
  }
  const std::vector<std::pair<std::int64_t, std::optional<double>>> expected = {
      {0, 7}, {1, 7}, {2, 7}, {3, 3}, {4, 3}, {5, 3}, {6, 3}, {7, 1}, {8, 1}, {9, std::nullopt}};
  for (const auto& [step, best] : expected) {
    INFO(step);
    CHECK(history.best(trial(1), step) == best);
    CHECK(history.place(trial(2), 100, step).peers == (best ? 1U : 0U));
  }
}

TEST_CASE("history: values that are not finite are kept but never the best", "[estimators]") {
  History history;
  grow(history, trial(1), {kNan, kInfinity, -kInfinity, 4, kNan});
  CHECK(history.curve(trial(1))->points.size() == 5);
  CHECK_FALSE(history.best(trial(1), 3).has_value());
  CHECK(history.best(trial(1), 4) == 4);
  CHECK(history.best(trial(1), 5) == 4);
  CHECK(history.place(trial(2), 5, 3) == Place{0, 0});
  CHECK(history.place(trial(2), 5, 5) == Place{1, 1});
}

TEST_CASE("history: a trial is not its own peer", "[estimators]") {
  History history;
  grow(history, trial(1), {3});
  grow(history, trial(2), {1});
  CHECK(history.place(trial(1), 3, 1) == Place{1, 1});
  CHECK(history.place(trial(1), 9, 1) == Place{1, 1});
  CHECK(history.place(trial(2), 1, 1) == Place{0, 1});
}

TEST_CASE("history: ties are not better", "[estimators]") {
  History history;
  grow(history, trial(1), {3});
  grow(history, trial(2), {3});
  CHECK(history.place(trial(1), 3, 1) == Place{0, 1});
}

TEST_CASE("history: remembers how a curve ended", "[estimators]") {
  History history;
  grow(history, trial(1), {3});
  CHECK_FALSE(history.ending(trial(1)).has_value());
  history.end(trial(1), Ending::stopped);
  CHECK(history.ending(trial(1)) == Ending::stopped);
  history.end(trial(1), Ending::finished);
  CHECK(history.ending(trial(1)) == Ending::finished);
}

TEST_CASE("history: a copy goes its own way", "[estimators]") {
  History history;
  grow(history, trial(1), {3});
  CHECK(history.place(trial(9), 5, 1).peers == 1);
  History copy = history;
  grow(copy, trial(2), {4});
  CHECK(copy.place(trial(9), 5, 1).peers == 2);
  CHECK(history.place(trial(9), 5, 1).peers == 1);
  CHECK(history.curve(trial(2)) == nullptr);
}

TEST_CASE("history: answers do not depend on when a question was first asked", "[estimators]") {
  Rng rng({21});
  History asked;
  History fresh;
  for (std::int64_t step = 0; step < 20; ++step) {
    asked.place(trial(0), 0, step);
  }
  for (int i = 0; i < 3000; ++i) {
    const TrialId id = trial(rng.below(150));
    const CurvePoint point{static_cast<std::int64_t>(rng.below(20)),
                           rng.chance(0.1) ? kNan : std::floor(10 * rng.normal())};
    asked.add(id, point);
    fresh.add(id, point);
  }
  for (std::int64_t step = 0; step < 20; ++step) {
    for (std::uint64_t k = 0; k < 160; ++k) {
      const double value = std::floor(10 * rng.normal());
      // By hand: all other trials with a best at this step.
      Place expected;
      for (std::uint64_t other = 0; other < 160; ++other) {
        if (const auto best = fresh.best(trial(other), step); other != k && best) {
          ++expected.peers;
          expected.better += *best < value ? 1 : 0;
        }
      }
      REQUIRE(asked.place(trial(k), value, step) == expected);
      REQUIRE(fresh.place(trial(k), value, step) == expected);
    }
  }
}

TEST_CASE("history: a score at a step is of the curve up to its first report there",
          "[estimators]") {
  History history;
  history.add(trial(1), {2, 7, 1.0});
  history.add(trial(1), {5, 3, 0.5});
  history.add(trial(1), {6, 4, {}});
  const Score sum{Score::Kind::tse};
  CHECK(history.at(trial(1), 1, sum) == 1.0);
  CHECK(history.at(trial(1), 3, sum) == 1.5);
  CHECK(history.at(trial(1), 5, kLoss) == 0.5);
  CHECK(history.at(trial(1), 6, kLast) == 4);
  CHECK(history.at(trial(1), 6, kBest) == 3);
  CHECK_FALSE(history.at(trial(1), 6, kLoss).has_value());
  CHECK_FALSE(history.at(trial(1), 7, kLast).has_value());
  CHECK_FALSE(history.at(trial(2), 1, sum).has_value());
}

TEST_CASE("history: places by any score do not depend on when they were first asked for",
          "[estimators]") {
  const Score score = GENERATE(kBest, kLast, kLoss, Score{Score::Kind::tse_ema, 0.9});
  Rng rng({22});
  History asked;
  History fresh;
  for (std::int64_t step = 0; step < 12; ++step) {
    asked.place(trial(0), 0, step, score);
  }
  for (int i = 0; i < 1500; ++i) {
    const TrialId id = trial(rng.below(60));
    const CurvePoint point{static_cast<std::int64_t>(rng.below(12)), std::floor(10 * rng.normal()),
                           rng.chance(0.1) ? std::nullopt : std::optional(10 * rng.uniform())};
    asked.add(id, point);
    fresh.add(id, point);
  }
  for (std::int64_t step = 0; step < 12; ++step) {
    for (std::uint64_t k = 0; k < 65; ++k) {
      const double value = std::floor(10 * rng.normal());
      Place expected;
      for (std::uint64_t other = 0; other < 65; ++other) {
        if (const auto own = fresh.at(trial(other), step, score); other != k && own) {
          ++expected.peers;
          expected.better += *own < value ? 1 : 0;
        }
      }
      REQUIRE(asked.place(trial(k), value, step, score) == expected);
      REQUIRE(fresh.place(trial(k), value, step, score) == expected);
    }
  }
}

TEST_CASE("history: learns how an early score foretells the best value later", "[estimators]") {
  const Score score = GENERATE(kBest, kLast, kLoss);
  History asked;
  asked.agreement(score, 1, 3);
  History fresh;
  Agreement expected;
  Rng rng({23});
  for (std::uint64_t k = 0; k < 100; ++k) {
    std::vector<double> values;
    std::vector<double> losses;
    for (int step = 0; step < 4; ++step) {
      values.push_back(rng.chance(0.1) ? kNan : rng.normal());
      losses.push_back(rng.chance(0.1) ? kNan : rng.normal());
    }
    values.resize(2 + k % 3);  // every third does not come to step 3
    grow(asked, trial(k), values, losses);
    grow(fresh, trial(k), values, losses);
    const auto early = fresh.at(trial(k), 1, score);
    const auto late = fresh.best(trial(k), 3);
    if (early && late) {
      expected.add(*early, *late);
    }
  }
  REQUIRE(expected.trials() > 30);
  for (const History* const history : {&asked, &fresh}) {
    const Agreement& known = history->agreement(score, 1, 3);
    CHECK(known.trials() == expected.trials());
    CHECK(known.concordance(0.5, 1) == expected.concordance(0.5, 1));
    CHECK(known.foretell(1).late == expected.foretell(1).late);
    CHECK(known.foretell(1).variance == expected.foretell(1).variance);
  }
}

TEST_CASE("history: an agreement stays valid while others are asked for", "[estimators]") {
  History history;
  const Agreement& first = history.agreement(kBest, 1, 9);
  for (std::int64_t from = 2; from < 9; ++from) {
    history.agreement(kBest, from, 9);
  }
  grow(history, trial(1), std::vector<double>(9, 1));
  grow(history, trial(2), std::vector<double>(9, 2));
  CHECK(first.trials() == 1);
}

TEST_CASE("history: what it costs with 100,000 trials of 50 steps", "[estimators][.cost]") {
  using Clock = std::chrono::steady_clock;
  Rng rng({31});
  History history;
  double adding = 0;
  double asking = 0;
  std::size_t sum = 0;
  constexpr std::uint64_t kTrials = 100000;
  for (std::uint64_t k = 0; k < kTrials; ++k) {
    for (std::int64_t step = 1; step <= 50; ++step) {
      const double value = rng.uniform();
      const auto start = Clock::now();
      history.add(trial(k), {step, value});
      const auto middle = Clock::now();
      sum += history.place(trial(k), value, step).better;
      if (k >= kTrials - 1000) {
        adding += std::chrono::duration<double>(middle - start).count();
        asking += std::chrono::duration<double>(Clock::now() - middle).count();
      }
    }
  }
  WARN("add: " << 1e9 * adding / 50000 << " ns, place: " << 1e9 * asking / 50000 << " ns");
  CHECK(sum > 0);
}

TEST_CASE("history: says whether a point is new", "[estimators]") {
  History history;
  CHECK(history.add({1, 0, 1}, {.step = 2, .value = 1}));
  CHECK_FALSE(history.add({1, 0, 1}, {.step = 2, .value = 0}));
  CHECK_FALSE(history.add({1, 0, 1}, {.step = 1, .value = 0}));
  CHECK(history.add({1, 0, 1}, {.step = 3, .value = 0}));
}

TEST_CASE("history: the newest curves are those that began last", "[estimators]") {
  History history;
  for (std::uint64_t k = 1; k <= 4; ++k) {
    history.add({1, 0, k}, {.step = 1, .value = 0});
  }
  history.add({1, 0, 1}, {.step = 2, .value = 0});
  const auto two = history.newest(2);
  REQUIRE(two.size() == 2);
  CHECK(two[0]->trial == TrialId{1, 0, 3});
  CHECK(two[1]->trial == TrialId{1, 0, 4});
  CHECK(history.newest(9).size() == 4);
  CHECK(History().newest(9).empty());
}

TEST_CASE("history: means of values at a step do not depend on when they are asked for",
          "[estimators]") {
  const bool early = GENERATE(true, false);
  History history;
  history.add(trial(0), {1, 5, {}, {10}});
  if (early) {
    CHECK(history.mean(1, 1) == 10);
    CHECK_FALSE(history.mean(2, 1).has_value());
  }
  history.add(trial(1), {1, 4, {}, {20}});
  history.add(trial(1), {2, 4, {}, {16}});
  history.add(trial(2), {1, kNan, {}, {1000}});  // never finite: counts nowhere
  CHECK(history.mean(1, 0) == 4.5);
  CHECK(history.mean(1, 1) == 15);
  CHECK(history.mean(2, 1) == 16);
  CHECK_FALSE(history.mean(3, 1).has_value());
}

TEST_CASE("history: the least of what met all requirements", "[estimators]") {
  History history;
  CHECK_FALSE(history.least_met().has_value());
  history.add(trial(0), {1, 3, {}, {0.5}});
  CHECK_FALSE(history.least_met().has_value());
  history.add(trial(1), {1, 9, {}, {0}});
  history.add(trial(2), {1, 7, {}, {0}});
  history.add(trial(3), {1, kNan, {}, {0}});
  history.add(trial(4), {1, 8, {}, {0}});
  CHECK(history.least_met() == 7);
}
