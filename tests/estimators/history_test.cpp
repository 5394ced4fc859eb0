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
  for (const CurvePoint point : {CurvePoint{2, 7}, {4, 3}, {6, 5}, {8, 1}}) {
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
