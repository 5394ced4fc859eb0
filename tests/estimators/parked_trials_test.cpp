#include "estimators/parked_trials.hpp"

#include "core/rng.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <optional>

using namespace evolt;
using namespace evolt::test;

namespace {

using Steps = std::map<TrialId, std::int64_t>;

/// By looking at every parked trial.
std::optional<RankedTrial> brute(const Steps& parked, std::int64_t rung, std::int64_t next,
                                 const Score& score, bool lacking, const History& history) {
  std::optional<RankedTrial> best;
  for (const auto& [id, step] : parked) {
    const auto own = history.at(id, rung, score);
    const auto value = !lacking ? own : own ? std::nullopt : history.best(id, rung);
    if (step >= rung && step < next && value && (!best || *value < best->value)) {
      best = RankedTrial{id, *value};
    }
  }
  return best;
}

void check_same(const std::optional<RankedTrial>& left, const std::optional<RankedTrial>& right) {
  REQUIRE(left.has_value() == right.has_value());
  if (left) {
    CHECK(left->trial == right->trial);
    CHECK(left->value == right->value);
  }
}

}  // namespace

TEST_CASE("parked: the best of those between two rungs", "[estimators]") {
  History history;
  ParkedTrials parked;
  CHECK(parked.empty());
  CHECK(parked.furthest() == 0);
  CHECK_FALSE(parked.best(1, 3, kBest, history).has_value());
  grow(history, trial(1), {3});
  grow(history, trial(2), {2});
  grow(history, trial(3), {9, 9, 1});
  for (const std::uint64_t k : {1U, 2U, 3U}) {
    parked.add(trial(k), static_cast<std::int64_t>(history.curve(trial(k))->points.size()),
               history);
  }
  CHECK(parked.size() == 3);
  CHECK(parked.furthest() == 3);
  CHECK(parked.best(1, 3, kBest, history)->trial == trial(2));
  CHECK(parked.best(1, 3, kBest, history)->value == 2);
  CHECK(parked.best(3, 9, kBest, history)->trial == trial(3));
  parked.remove(trial(2));
  CHECK(parked.best(1, 3, kBest, history)->trial == trial(1));
  parked.remove(trial(2));  // no longer there
  CHECK(parked.size() == 2);
}

TEST_CASE("parked: of equals the one bred first", "[estimators]") {
  History history;
  ParkedTrials parked;
  for (const std::uint64_t k : {7U, 3U, 5U}) {
    parked.add(trial(k), grow(history, trial(k), {1}).points.back().step, history);
  }
  CHECK(parked.best(1, 3, kBest, history)->trial == trial(3));
}

TEST_CASE("parked: one that is parked again counts where it is now", "[estimators]") {
  History history;
  ParkedTrials parked;
  grow(history, trial(1), {4});
  parked.add(trial(1), 1, history);
  CHECK(parked.best(1, 3, kBest, history).has_value());
  grow(history, trial(1), {4, 4, 2});
  parked.add(trial(1), 3, history);
  CHECK_FALSE(parked.best(1, 3, kBest, history).has_value());
  CHECK(parked.best(3, 9, kBest, history)->value == 2);
  CHECK(parked.size() == 1);
}

TEST_CASE("parked: those without a score are asked for by their best value", "[estimators]") {
  History history;
  ParkedTrials parked;
  grow(history, trial(1), {5}, {0.5});
  grow(history, trial(2), {3});
  grow(history, trial(3), {2}, {kNan});
  grow(history, trial(4), {kNan});
  for (const std::uint64_t k : {1U, 2U, 3U, 4U}) {
    parked.add(trial(k), 1, history);
  }
  CHECK(parked.best(1, 3, kLoss, history)->trial == trial(1));
  CHECK(parked.best_without(1, 3, kLoss, history)->trial == trial(3));
  parked.remove(trial(3));
  CHECK(parked.best_without(1, 3, kLoss, history)->trial == trial(2));
  parked.remove(trial(2));
  CHECK_FALSE(parked.best_without(1, 3, kLoss, history).has_value());
}

TEST_CASE("parked: the same as by brute force, whenever a question is first asked",
          "[estimators]") {
  Rng rng({51});
  History history;
  ParkedTrials parked;
  Steps steps;
  for (int round = 0; round < 3000; ++round) {
    const TrialId id = trial(rng.below(40));
    if (steps.count(id) > 0 && rng.chance(0.6)) {
      parked.remove(id);
      steps.erase(id);
    } else {
      const Curve* const known = history.curve(id);
      const std::int64_t step = (known == nullptr ? 0 : known->points.back().step) + 1 +
                                static_cast<std::int64_t>(rng.below(3));
      history.add(id,
                  {step, rng.chance(0.1) ? kNan : std::floor(10 * rng.normal()),
                   rng.chance(0.3) ? std::nullopt : std::optional(std::floor(10 * rng.normal()))});
      parked.add(id, step, history);
      steps[id] = step;
    }
    const std::int64_t rung = std::int64_t{1}
                              << rng.below(1 + static_cast<std::size_t>(round) / 400);
    const Score score = rng.chance(0.5) ? kBest : kLoss;
    CHECK(parked.size() == steps.size());
    check_same(parked.best(rung, 2 * rung, score, history),
               brute(steps, rung, 2 * rung, score, false, history));
    check_same(parked.best_without(rung, 2 * rung, score, history),
               brute(steps, rung, 2 * rung, score, true, history));
  }
}
