#include "estimators/handed_rule.hpp"

#include "core/config_error.hpp"
#include "estimators/catalogue.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

using namespace evolt;
using namespace evolt::test;

namespace {

const HandedRuleOptions kMine{.name = "mine", .window = {.steps = 10, .min_steps = 2}};

Estimator handed(Judgement judgement, const Estimator& fallback = make_estimator("none", {})) {
  return HandedRule(std::move(judgement), fallback, kMine);
}

Verdict judged(const Estimator& rule, std::vector<double> values = {1, 1, 1}) {
  History history;
  return rule.judge(grow(history, trial(1), values), history);
}

}  // namespace

TEST_CASE("handed rule: the function's verdict stands", "[estimators]") {
  const Verdict mine{
      .decision = Verdict::Decision::stop, .reason = "too slow", .forecast = 3, .spread = 1};
  CHECK(judged(handed([&](const Curve&, const History&) { return mine; })) == mine);
  CHECK(handed([&](const Curve&, const History&) { return mine; }).name() == "mine");
}

TEST_CASE("handed rule: is asked only where there is something to judge", "[estimators]") {
  int asked = 0;
  const Estimator rule = handed([&](const Curve&, const History&) {
    ++asked;
    return Verdict{.decision = Verdict::Decision::park};
  });
  CHECK_FALSE(rule.judge({trial(1), {}}, History()).stops());
  CHECK_FALSE(judged(rule, {1}).stops());
  CHECK_FALSE(judged(rule, std::vector<double>(10, 1)).stops());
  CHECK(judged(rule, {1, kNan}).decision == Verdict::Decision::stop);
  CHECK(asked == 0);
  CHECK(judged(rule, {1, 1}).parks());
  CHECK(asked == 1);
}

TEST_CASE("handed rule: without an answer the fallback judges", "[estimators]") {
  const auto silent = [](const Curve&, const History&) { return std::optional<Verdict>(); };
  CHECK_FALSE(judged(handed(silent)).stops());
  History history;
  add_peers(history, 9, 5);
  const Curve& hopeless = grow(history, trial(1), {99, 99, 99});
  CHECK(handed(silent, make_estimator("median", {.steps = 10})).judge(hopeless, history).stops());
}

TEST_CASE("handed rule: a stop has a reason, a forecast is a number", "[estimators]") {
  CHECK(judged(handed([](const Curve&, const History&) {
          return Verdict{.decision = Verdict::Decision::stop};
        })).reason == "mine said so at step 3");
  const double bad = GENERATE(as<double>(), kNan, kInfinity);
  const Verdict no_forecast = judged(
      handed([&](const Curve&, const History&) { return Verdict{.forecast = bad, .spread = 1}; }));
  CHECK_FALSE(no_forecast.forecast.has_value());
  CHECK_FALSE(no_forecast.spread.has_value());
  const Verdict no_spread = judged(
      handed([&](const Curve&, const History&) { return Verdict{.forecast = 2, .spread = bad}; }));
  CHECK(no_spread.forecast == 2);
  CHECK_FALSE(no_spread.spread.has_value());
}

TEST_CASE("handed rule: needs a function and a first step", "[estimators]") {
  CHECK_THROWS_AS(handed({}), ConfigError);
  const auto proceed = [](const Curve&, const History&) { return Verdict{}; };
  CHECK_THROWS_AS(HandedRule(proceed, make_estimator("none", {}), {.window = {.min_steps = 0}}),
                  ConfigError);
}
