// What the default rule makes of costs: cheap trials are not worth stopping, and no training is
// worth more than the cheapest that came to the target.
#include "core/rng.hpp"
#include "estimators/catalogue.hpp"
#include "estimators/paced_halving.hpp"
#include "estimators/parked_trials.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <set>
#include <vector>

using namespace evolt;
using namespace evolt::test;

namespace {

constexpr std::int64_t kLength = 27;

/// A trial that shows an error `early` until it has trained half of its length, then `late`.
struct Made {
  double early = 0;
  double late = 0;
  double cost = 0;

  CurvePoint at(std::int64_t step) const {
    return {step, 2 * step > kLength ? late : early, {}, {cost}};
  }
};

Estimator thrifty(bool parks = true) {
  return PacedHalving({.window = {.steps = kLength}, .parks = parks, .cost = 1});
}

/// That knows of no cost.
Estimator careless(bool parks = true) {
  return PacedHalving({.window = {.steps = kLength}, .parks = parks});
}

struct Ran {
  std::set<std::size_t> finished;
  double spent = 0;  ///< of the cost of all, when trained to the end
};

/// One after the other, parked and taken up as the rule says.
Ran run(const Estimator& rule, const std::vector<Made>& all) {
  History history;
  ParkedTrials parked;
  Ran ran;
  double full = 0;
  std::vector<std::int64_t> steps(all.size());
  const auto go_on = [&](std::size_t k) {
    parked.remove(trial(k));
    while (steps[k] < kLength) {
      const std::int64_t step = ++steps[k];
      ran.spent += all[k].cost / static_cast<double>(kLength);
      history.add(trial(k), all[k].at(step));
      const Verdict verdict = rule.judge(*history.curve(trial(k)), history);
      if (verdict.parks()) {
        parked.add(trial(k), step, history);
      }
      if (verdict.stops()) {
        return;
      }
    }
    ran.finished.insert(k);
  };
  const auto take_up = [&](bool more) {
    while (const auto next = rule.resume(parked, history, more)) {
      go_on(static_cast<std::size_t>(next->counter));
    }
  };
  for (std::size_t k = 0; k < all.size(); ++k) {
    take_up(true);
    go_on(k);
    full += all[k].cost;
  }
  take_up(false);
  ran.spent /= full;
  return ran;
}

/// 120 trials whose costs span three orders of magnitude. `cheap_is`: the error that a trial ends
/// with, by its place among the costs from 0 to 1.
std::vector<Made> spread(const std::function<double(double)>& cheap_is, Rng& rng) {
  std::vector<Made> all;
  for (int k = 0; k < 120; ++k) {
    const double along = rng.uniform();
    const double error = cheap_is(along) + 0.1 * rng.uniform();
    all.push_back({error, error, std::pow(1000, along)});
  }
  return all;
}

/// Points of a study with a cost until a target, at the full length: the cost, and the miss.
CurvePoint until(std::int64_t step, double cost, double miss) {
  return {step, cost, {}, {miss}};
}

Estimator targeted(bool parks = true) {
  return make_estimator(
      "default", {.steps = 10, .min_steps = 1, .parks = parks, .cost = 0, .until_target = true});
}

}  // namespace

TEST_CASE("thrift: a cheap one that learns late is trained to its end", "[estimators]") {
  Rng rng({GENERATE(1U, 2U, 3U)});
  std::vector<Made> all = spread([](double along) { return 1 - along; }, rng);
  all[60] = {.early = 2, .late = 0, .cost = 2};  // the worst of all when it is judged
  CHECK(run(careless(), all).finished.count(60) == 0);
  const Ran ran = run(thrifty(), all);
  CHECK(ran.finished.count(60) == 1);
  CHECK(ran.spent < 0.3);
}

TEST_CASE("thrift: where the cheap are bad it costs little", "[estimators]") {
  Rng rng({GENERATE(4U, 5U, 6U)});
  const std::vector<Made> all = spread([](double along) { return 1 - along; }, rng);
  CHECK(run(thrifty(), all).spent < run(careless(), all).spent + 0.06);
}

TEST_CASE("thrift: where the cheap are good they end, and the dear are cut", "[estimators]") {
  Rng rng({GENERATE(7U, 8U, 9U)});
  const std::vector<Made> all = spread([](double along) { return along; }, rng);
  const Ran ran = run(thrifty(), all);
  for (std::size_t k = 0; k < all.size(); ++k) {
    const bool good = all[k].cost < 2;
    CHECK((!good || ran.finished.count(k) == 1));
    const bool dear = all[k].cost > 500;
    CHECK((!dear || ran.finished.count(k) == 0));
  }
}

TEST_CASE("thrift: costs that are all alike change nothing", "[estimators]") {
  Rng rng({10});
  std::vector<Made> all;
  for (int k = 0; k < 120; ++k) {
    const double error = rng.uniform();
    all.push_back({error, error + 0.1 * rng.uniform(), 7});
  }
  const bool parks = GENERATE(true, false);
  const Ran with = run(thrifty(parks), all);
  const Ran without = run(careless(parks), all);
  CHECK(with.finished == without.finished);
  CHECK(with.spent == without.spent);
}

TEST_CASE("thrift: a reason tells what the cost made of the place", "[estimators]") {
  History history;
  for (std::uint64_t k = 0; k < 40; ++k) {
    // The dear lead in both values, so that all directions agree about who is behind.
    history.add(trial(k), {1, static_cast<double>(k), {}, {100 + static_cast<double>(k)}});
  }
  history.add(trial(50), {1, 50, {}, {115}});  // last by the error, a little below the mean
  const Verdict verdict = thrifty().judge(*history.curve(trial(50)), history);
  REQUIRE(verdict.parks());
  CHECK(verdict.reason.find("for what it costs") != std::string::npos);
}

TEST_CASE("thrift: costs of nothing leave places as they are", "[estimators]") {
  Rng rng({11});
  std::vector<Made> all;
  for (int k = 0; k < 60; ++k) {
    const double error = rng.uniform();
    all.push_back({error, error, 0});
  }
  CHECK(run(thrifty(), all).finished == run(careless(), all).finished);
}

TEST_CASE("thrift: what has used more than the target was had for is stopped, nobody else",
          "[estimators]") {
  const Estimator rule = targeted(GENERATE(true, false));
  History history;
  history.add(trial(1), until(1, 100, 0.5));
  history.add(trial(1), until(2, 20, 0));
  for (std::uint64_t k = 2; k < 40; ++k) {
    history.add(trial(k), until(1, 60 + static_cast<double>(k), 0.9));
    CHECK_FALSE(rule.judge(*history.curve(trial(k)), history).stops());
  }
  // At 100 for ten steps, two are 20: as much as the target was had for, the third is more.
  history.add(trial(50), until(2, 100, 0.9));
  CHECK_FALSE(rule.judge(*history.curve(trial(50)), history).stops());
  history.add(trial(50), until(3, 100, 0.1));
  const Verdict verdict = rule.judge(*history.curve(trial(50)), history);
  CHECK(verdict.stops());
  CHECK_FALSE(verdict.parks());
  CHECK(verdict.reason == "it has used more than the 20 that the target was had for");
}

TEST_CASE("thrift: before the target was had, ten pass and then they are ranked", "[estimators]") {
  const Estimator rule = targeted();
  History history;
  int parked = 0;
  for (std::uint64_t k = 0; k < 30; ++k) {
    history.add(trial(k), until(1, 100 + static_cast<double>(k), 1 + static_cast<double>(k)));
    const bool stops = rule.judge(*history.curve(trial(k)), history).stops();
    CHECK((k >= 10 || !stops));
    parked += stops ? 1 : 0;
  }
  CHECK(parked > 10);
}

TEST_CASE("thrift: when the target was had, the parked that may do it for less go on",
          "[estimators]") {
  const Estimator rule = targeted();
  History history;
  ParkedTrials parked;
  for (std::uint64_t k = 0; k < 30; ++k) {
    history.add(trial(k), until(1, 100 + 10 * static_cast<double>(k), 1 + static_cast<double>(k)));
    parked.add(trial(k), 1, history);
  }
  history.add(trial(40), until(1, 100, 0.5));
  history.add(trial(40), until(2, 20, 0));
  std::set<std::uint64_t> resumed;
  while (const auto next = rule.resume(parked, history, true)) {
    parked.remove(*next);
    resumed.insert(next->counter);
  }
  // One step at 100 + 10 k for ten: not above 20 up to trial 10.
  CHECK(resumed == std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(parked.size() == 19);
}
