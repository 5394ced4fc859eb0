#include "core/rng.hpp"
#include "estimators/catalogue.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace evolt;

// What every stopping rule of the catalogue promises, whatever it computes.

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TrialId trial(std::uint64_t counter) {
  return {1, 0, counter};
}

/// Each rule of the catalogue, and one of each that is made of others.
std::vector<RuleSettings> every_setting() {
  const auto made_of = [](const char* name, std::vector<RuleSettings> rules) {
    RuleSettings settings = name;
    settings.rules = std::move(rules);
    return settings;
  };
  std::vector<RuleSettings> all{
      made_of("any_of", {"default", "median"}), made_of("all_of", {"default", "median"}),
      made_of("after_steps", {"default"}), made_of("switch_at", {"default", "median"})};
  all[2].options["steps"] = 2.0;
  all[3].options["step"] = 5.0;
  for (const std::string& name : estimator_names()) {
    all.emplace_back(name);
  }
  return all;
}

/// Those that park by an option of theirs.
std::vector<RuleSettings> every_promotion() {
  std::vector<RuleSettings> all{"asha", "best", "tse", "tse_e", "tse_ema", "lcga", "pasha"};
  for (RuleSettings& settings : all) {
    settings.options["promote"] = true;
  }
  return all;
}

/// Each twice: where trials can be parked and where they cannot.
std::vector<Estimator> every_rule(EstimatorOptions options) {
  std::vector<Estimator> rules;
  options.parks = true;
  for (const RuleSettings& settings : every_promotion()) {
    rules.push_back(make_estimator(settings, options));
  }
  for (const RuleSettings& settings : every_setting()) {
    for (const bool parks : {false, true}) {
      options.parks = parks;
      rules.push_back(make_estimator(settings, options));
    }
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

/// What trainers report: each step or some of them, as far as they come; with training losses,
/// without, or with some.
History ragged_history(std::uint64_t seed, std::uint64_t trials, std::int64_t steps) {
  Rng rng({seed});
  History history;
  for (std::uint64_t k = 0; k < trials; ++k) {
    const double floor = rng.uniform();
    const std::size_t stride = 1 + rng.below(5);
    const auto length = 1 + static_cast<std::int64_t>(rng.below(static_cast<std::size_t>(steps)));
    const double losses = static_cast<double>(rng.below(3)) / 2;
    for (std::int64_t step = 1; step <= length;
         step += 1 + static_cast<std::int64_t>(rng.below(stride))) {
      const double value = floor + 1.0 / static_cast<double>(step) + 0.05 * rng.normal();
      CurvePoint point{step, rng.chance(0.02) ? kNan : value, {}, {}};
      if (rng.chance(losses)) {
        point.loss = rng.chance(0.02) ? kNan : value + 0.3 * rng.normal();
      }
      history.add(trial(k), point);
    }
  }
  return history;
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
    History one_peer = some_history(3, 1, 20);
    for (std::int64_t step = 1; step < 20; ++step) {
      const CurvePoint point{step, 1e9 - static_cast<double>(step), {}, {}};
      alone.add(trial(999), point);
      one_peer.add(trial(999), point);
      // One that parks may, since it takes up again what it parked.
      CHECK(rule.judge(*alone.curve(trial(999)), alone).decision != Verdict::Decision::stop);
      CHECK(rule.judge(*one_peer.curve(trial(999)), one_peer).decision != Verdict::Decision::stop);
    }
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

TEST_CASE("estimator contract: whoever leads goes on, at the latest when no trial is left to breed",
          "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    History history = some_history(5, 30, 20);
    for (std::int64_t step = 1; step <= 20; ++step) {
      history.add(trial(999), {step, -1e9 - static_cast<double>(step)});
      INFO(rule.name() << " at step " << step);
      const Verdict verdict = rule.judge(*history.curve(trial(999)), history);
      CHECK(verdict.decision != Verdict::Decision::stop);
      if (verdict.parks()) {
        ParkedTrials parked;
        parked.add(trial(999), step, history);
        CHECK(rule.resume(parked, history, false) == trial(999));
      }
    }
  }
}

TEST_CASE("estimator contract: the same question gets the same answer", "[contracts]") {
  const bool ragged = GENERATE(false, true);
  for (const Estimator& rule : every_rule({.steps = 20})) {
    const History history = ragged ? ragged_history(6, 40, 19) : some_history(6, 40, 15);
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
  const bool ragged = GENERATE(false, true);
  const std::int64_t length = GENERATE(20, 0);  // 0: unknown
  for (const Estimator& rule : every_rule({.steps = length})) {
    const History history = ragged ? ragged_history(7, 60, 20) : some_history(7, 60, 12);
    int stops = 0;
    for (std::uint64_t k = 0; k < 60; ++k) {
      const Curve& curve = *history.curve(trial(k));
      for (std::size_t points = 1; points <= curve.points.size(); ++points) {
        const Curve part{
            curve.trial,
            {curve.points.begin(), curve.points.begin() + static_cast<std::ptrdiff_t>(points)}};
        const Verdict verdict = rule.judge(part, history);
        INFO(rule.name());
        CHECK((!verdict.stops() || !verdict.reason.empty()));
        CHECK((!verdict.forecast || std::isfinite(*verdict.forecast)));
        CHECK((!verdict.spread || (verdict.forecast && *verdict.spread >= 0)));
        stops += verdict.stops() ? 1 : 0;
      }
    }
    INFO(rule.name());
    CHECK((stops > 0) == (rule.name() != "none"));
  }
}

TEST_CASE("estimator contract: what is broken is never parked", "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    History history = some_history(8, 30, 20);
    for (std::int64_t step = 1; step < 20; ++step) {
      history.add(trial(999), {step, kNan, kNan, {}});
      INFO(rule.name() << " at step " << step);
      CHECK_FALSE(rule.judge(*history.curve(trial(999)), history).parks());
    }
  }
}

TEST_CASE("estimator contract: who cannot park never does, and goes on with nothing",
          "[contracts]") {
  for (const RuleSettings& settings : every_setting()) {
    const Estimator rule = make_estimator(settings, {.steps = 20});
    const History history = ragged_history(9, 80, 20);
    INFO(settings.name);
    for (std::uint64_t k = 0; k < 80; ++k) {
      CHECK_FALSE(rule.judge(*history.curve(trial(k)), history).parks());
    }
    CHECK_FALSE(rule.resume(ParkedTrials(), history, true).has_value());
    CHECK_FALSE(rule.resume(ParkedTrials(), history, false).has_value());
  }
}

TEST_CASE("estimator contract: only parked trials go on, and a study comes to its end",
          "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    const History whole = ragged_history(10, 50, 20);
    History history;
    ParkedTrials parked;
    std::set<TrialId> waiting;
    std::map<TrialId, std::size_t> reported;
    const auto run = [&](const TrialId& id) {
      const Curve& curve = *whole.curve(id);
      while (reported[id] < curve.points.size()) {
        history.add(id, curve.points[reported[id]++]);
        const Verdict verdict = rule.judge(*history.curve(id), history);
        if (verdict.parks()) {
          parked.add(id, history.curve(id)->points.back().step, history);
          waiting.insert(id);
        }
        if (verdict.stops()) {
          return;
        }
      }
    };
    int resumed = 0;
    for (std::uint64_t k = 0; k <= 50; ++k) {
      while (const auto next = rule.resume(parked, history, k < 50)) {
        INFO(rule.name());
        REQUIRE(waiting.erase(*next) == 1);
        REQUIRE(++resumed < 50 * 20);
        parked.remove(*next);
        run(*next);
      }
      if (k < 50) {
        run(trial(k));
      }
    }
    CHECK(parked.size() == waiting.size());
  }
}

TEST_CASE("estimator contract: a copy judges as the original does", "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 20})) {
    Estimator twin = rule;
    History history = ragged_history(11, 40, 20);
    twin.observe(*history.curve(trial(0)), Ending::stopped);
    twin.observe(*history.curve(trial(1)), Ending::finished);
    Estimator other = make_estimator("none", {});
    other = twin;
    CHECK(other.name() == rule.name());
    for (std::uint64_t k = 0; k < 40; ++k) {
      CHECK(other.judge(*history.curve(trial(k)), history) ==
            twin.judge(*history.curve(trial(k)), history));
    }
  }
}

TEST_CASE("estimator contract: goals climb to the end, and nothing is ranked between them",
          "[contracts]") {
  for (const Estimator& rule : every_rule({.steps = 50})) {
    INFO(rule.name());
    std::set<std::int64_t> goals;
    std::int64_t reached = 0;
    while (const auto goal = rule.goal(reached)) {
      REQUIRE(*goal > reached);
      REQUIRE(*goal < 50);
      for (; reached < *goal; ++reached) {
        CHECK(rule.goal(reached) == goal);
      }
      goals.insert(reached);
    }
    const bool at_rungs = rule.name() != "median" && rule.name() != "power_law" &&
                          rule.name() != "patience" && rule.name() != "none";
    CHECK(goals.empty() != at_rungs);
    const bool all_over = !at_rungs || rule.name() == "any_of" || rule.name() == "switch_at";
    History history = some_history(12, 60, 50);
    for (std::int64_t step = 1; step < 50 && !all_over; ++step) {
      history.add(trial(999), {step, 1e9});
      const bool stops = rule.judge(*history.curve(trial(999)), history).stops();
      CHECK((!stops || goals.contains(step)));
    }
  }
}
