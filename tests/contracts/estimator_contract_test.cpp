#include "core/rng.hpp"
#include "estimators/catalogue.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <vector>

using namespace evolt;

// What every stopping rule of the catalogue promises, whatever it computes.

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TrialId trial(std::uint64_t counter) {
  return {1, 0, counter};
}

std::vector<Estimator> every_rule(const EstimatorOptions& options) {
  std::vector<Estimator> rules;
  for (const std::string& name : estimator_names()) {
    rules.push_back(make_estimator(name, options));
  }
  return rules;
}

/// Noisy curves that fall towards floors of their own, some of them broken here and there.
History some_history(std::uint64_t seed, std::uint64_t trials, std::int64_t steps) {
  Rng rng({seed});
  History history;
  for (std::uint64_t k = 0; k < trials; ++k) {
    const double floor = rng.uniform();
    for (std::int64_t step = 1; step <= steps; ++step) {
      const double value = floor + 1.0 / static_cast<double>(step) + 0.05 * rng.normal();
      history.add(trial(k), {step, rng.chance(0.02) ? kNan : value});
    }
  }
  return history;
}

/// A hopeless trial beside others: the worst possible curve.
const Curve& hopeless(History& history, std::int64_t steps) {
  for (std::int64_t step = 1; step <= steps; ++step) {
    history.add(trial(999), {step, 1e9});
  }
  return *history.curve(trial(999));
}

}  // namespace

TEST_CASE("estimator contract: an empty curve proceeds", "[contracts]") {
  const History history = some_history(1, 30, 20);
  for (const Estimator& rule : every_rule({.steps = 20})) {
    INFO(rule.name());
    CHECK(rule.judge({.trial = trial(500)}, history) == Verdict{});
    CHECK(rule.judge({.trial = trial(500)}, History()) == Verdict{});
  }
}

TEST_CASE("estimator contract: nothing is stopped during warm-up or on the last step",
          "[contracts]") {
  const double value = GENERATE(as<double>(), 1e9, kNan);
  for (const Estimator& rule : every_rule({.steps = 20, .min_steps = 8})) {
    History history = some_history(2, 30, 20);
    for (std::int64_t step = 1; step <= 20; ++step) {
      history.add(trial(999), {step, value});
      const bool stops = rule.judge(*history.curve(trial(999)), history).stops();
      INFO(rule.name() << " at step " << step);
      CHECK_FALSE((stops && (step < 8 || step == 20)));
    }
  }
}

TEST_CASE("estimator contract: a lone trial is never stopped for its rank", "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    INFO(rule.name());
    History alone;
    CHECK_FALSE(rule.judge(hopeless(alone, 19), alone).stops());
    History one_peer = some_history(3, 1, 20);
    CHECK_FALSE(rule.judge(hopeless(one_peer, 19), one_peer).stops());
  }
}

TEST_CASE("estimator contract: NaN-only curves are stopped by all but none", "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    History history;
    bool stopped = false;
    for (std::int64_t step = 1; step <= 10; ++step) {
      history.add(trial(1), {step, kNan});
      stopped = stopped || rule.judge(*history.curve(trial(1)), history).stops();
    }
    INFO(rule.name());
    CHECK(stopped == (rule.name() != "none"));
  }
}

TEST_CASE("estimator contract: hopeless among many is stopped in time by all but none",
          "[contracts]") {
  const std::int64_t steps = GENERATE(0, 40);  // 0: unknown
  for (const Estimator& rule : every_rule({.steps = steps})) {
    History history = some_history(4, 30, 40);
    bool stopped = false;
    for (std::int64_t step = 1; step <= 20; ++step) {
      history.add(trial(999), {step, 1e9});
      stopped = stopped || rule.judge(*history.curve(trial(999)), history).stops();
    }
    INFO(rule.name());
    CHECK(stopped == (rule.name() != "none"));
  }
}

TEST_CASE("estimator contract: whoever leads goes on", "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    History history = some_history(5, 30, 20);
    for (std::int64_t step = 1; step <= 20; ++step) {
      history.add(trial(999), {step, -1e9});
      INFO(rule.name() << " at step " << step);
      CHECK_FALSE(rule.judge(*history.curve(trial(999)), history).stops());
    }
  }
}

TEST_CASE("estimator contract: the same question gets the same answer", "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    const History history = some_history(6, 40, 15);
    const History copy = history;
    const Estimator twin = rule;
    for (std::uint64_t k = 0; k < 40; ++k) {
      const Curve& curve = *history.curve(trial(k));
      const Verdict verdict = rule.judge(curve, history);
      CHECK(rule.judge(curve, history) == verdict);
      CHECK(twin.judge(curve, copy) == verdict);
    }
  }
}

TEST_CASE("estimator contract: a stop has a reason and a proceed has none to fear", "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    const History history = some_history(7, 60, 12);
    int stops = 0;
    for (std::uint64_t k = 0; k < 60; ++k) {
      const Curve& curve = *history.curve(trial(k));
      for (std::size_t length = 1; length <= curve.points.size(); ++length) {
        Curve part{
            curve.trial,
            {curve.points.begin(), curve.points.begin() + static_cast<std::ptrdiff_t>(length)}};
        const Verdict verdict = rule.judge(part, history);
        INFO(rule.name());
        CHECK((!verdict.stops() || !verdict.reason.empty()));
        CHECK((!verdict.forecast || std::isfinite(*verdict.forecast)));
        stops += verdict.stops() ? 1 : 0;
      }
    }
    CHECK((stops > 0) == (rule.name() != "none"));
  }
}
