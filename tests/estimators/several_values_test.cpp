// Rules that judge several values at once: what is killed is far from the front, wherever.
#include "core/rng.hpp"
#include "estimators/catalogue.hpp"
#include "estimators/parked_trials.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace evolt;
using namespace evolt::test;

namespace {

/// A trial of quality `error` in the end, that learns on the way, and a cost known from the first
/// step. `behind` the front: 0 stands on it.
struct Made {
  double error = 0;
  double cost = 0;
  double behind = 0;

  CurvePoint at(std::int64_t step, double noise) const {
    return {step, error + (2 + noise) / static_cast<double>(step), {}, {cost}};
  }
};

std::vector<Made> made(std::size_t count, Rng& rng) {
  std::vector<Made> all;
  for (std::size_t i = 0; i < count; ++i) {
    const double along = rng.uniform();
    const double behind = i % 10 == 0 ? 0 : rng.uniform();
    // The front: error 1 - along, cost from 1 to 100.
    all.push_back({1 - along + behind, std::pow(100, along) * (1 + behind), behind});
  }
  return all;
}

/// Runs them one after the other, parking and taking up as the rule says.
std::set<std::size_t> finished(const Estimator& rule, const std::vector<Made>& all, Rng& rng,
                               std::int64_t length, std::int64_t& epochs) {
  History history;
  ParkedTrials parked;
  std::vector<std::int64_t> steps(all.size());
  std::vector<double> noise;
  for (std::size_t i = 0; i < all.size(); ++i) {
    noise.push_back(rng.normal());
  }
  std::set<std::size_t> ended;
  const auto go_on = [&](std::size_t k) {
    parked.remove(trial(k));
    while (steps[k] < length) {
      const std::int64_t step = ++steps[k];
      ++epochs;
      history.add(trial(k), all[k].at(step, 0.3 * noise[k]));
      const Verdict verdict = rule.judge(*history.curve(trial(k)), history);
      if (verdict.parks()) {
        parked.add(trial(k), step, history);
      }
      if (verdict.stops()) {
        return;
      }
    }
    ended.insert(k);
  };
  for (std::size_t k = 0; k < all.size(); ++k) {
    while (const auto next = rule.resume(parked, history, true)) {
      go_on(static_cast<std::size_t>(next->counter));
    }
    go_on(k);
  }
  while (const auto next = rule.resume(parked, history, false)) {
    go_on(static_cast<std::size_t>(next->counter));
  }
  return ended;
}

}  // namespace

TEST_CASE("several values: trials from everywhere along the front finish, few from behind it",
          "[estimators]") {
  const bool parks = GENERATE(true, false);
  const std::string name = GENERATE(as<std::string>{}, "default", "asha", "pasha");
  if (parks && name != "default") {
    return;
  }
  CAPTURE(name, parks);
  const Estimator rule = make_estimator(name, {.steps = 81, .parks = parks});
  constexpr std::size_t kTrials = 400;
  int thirds_reached = 0;
  std::int64_t epochs = 0;
  double behind = 0;
  double ended = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Rng rng{seed, 7};
    const std::vector<Made> all = made(kTrials, rng);
    std::map<int, int> near;  // by thirds of the front
    for (const std::size_t k : finished(rule, all, rng, 81, epochs)) {
      const int third = std::min(2, static_cast<int>(3 * std::log(all[k].cost) / std::log(100)));
      near[third] += all[k].behind < 0.15 ? 1 : 0;
      behind += all[k].behind;
      ++ended;
    }
    thirds_reached += (near[0] > 0 ? 1 : 0) + (near[1] > 0 ? 1 : 0) + (near[2] > 0 ? 1 : 0);
  }
  CAPTURE(thirds_reached, ended, behind / ended, epochs);
  CHECK(thirds_reached >= 27);
  CHECK(behind / ended < 0.25);  // at random .45
  CHECK(static_cast<double>(epochs) < 0.3 * 10 * kTrials * 81);
}

TEST_CASE("several values: values that say the same cut as one of them alone", "[estimators]") {
  History one;
  History both;
  Rng rng{3, 1};
  for (std::uint64_t k = 0; k < 300; ++k) {
    const double value = rng.uniform();
    one.add(trial(k), {1, value});
    both.add(trial(k), {1, value, {}, {5 * value + 2}});
  }
  CHECK(both.values() == 2);
  for (std::uint64_t k = 0; k < 300; k += 7) {
    CHECK(both.place(*both.curve(trial(k)), 1) == one.place(*one.curve(trial(k)), 1));
  }
}

TEST_CASE("several values: a requirement that all meet changes nothing", "[estimators]") {
  History one;
  History both;
  Rng rng{3, 2};
  for (std::uint64_t k = 0; k < 300; ++k) {
    const double value = rng.uniform();
    one.add(trial(k), {1, value});
    both.add(trial(k), {1, value, {}, {0}});
  }
  for (std::uint64_t k = 0; k < 300; k += 7) {
    CHECK(both.place(*both.curve(trial(k)), 1) == one.place(*one.curve(trial(k)), 1));
  }
}

TEST_CASE("several values: a value that is not finite is ranked in no direction", "[estimators]") {
  History history;
  history.add(trial(1), {1, 1, {}, {kInfinity}});
  history.add(trial(2), {1, 2, {}, {3}});
  CHECK_FALSE(history.place(*history.curve(trial(1)), 1));
  CHECK(history.place(*history.curve(trial(2)), 1) == Place{0, 0});
}

TEST_CASE("several values: a point with another number of them is ignored", "[estimators]") {
  History history;
  history.add(trial(1), {1, 1, {}, {2}});
  history.add(trial(2), {1, 1});
  CHECK(history.curve(trial(2))->points.empty());
  history.add(trial(1), {2, 1, {}, {2, 3}});
  CHECK(history.curve(trial(1))->points.size() == 1);
}

TEST_CASE("several values: parked trials are asked for in each direction, also on a new scale",
          "[estimators]") {
  History history;
  ParkedTrials parked;
  const auto add = [&](std::uint64_t k, double error, double cost) {
    history.add(trial(k), {1, error, {}, {cost}});
    parked.add(trial(k), 1, history);
  };
  add(1, 0, 1000);
  add(2, 1000, 0);
  add(3, 600, 600);
  const std::vector<Score> scores = history.directed(kBest);
  REQUIRE(scores.size() == 5);
  CHECK(parked.best(1, 3, scores.front(), history)->trial == trial(1));
  CHECK(parked.best(1, 3, scores.back(), history)->trial == trial(2));
  for (std::uint64_t k = 4; k < 40; ++k) {
    add(k, 400 - static_cast<double>(k), 400 - static_cast<double>(k));
  }
  CHECK(parked.best(1, 3, scores[2], history)->trial == trial(39));
  parked.remove(trial(39));
  CHECK(parked.best(1, 3, scores[2], history)->trial == trial(38));
  CHECK(parked.size() == 38);
}
