#include "estimators/combined_rules.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>

using namespace evolt;
using namespace evolt::test;

namespace {

/// Says what it was told to.
struct Scripted {
  Verdict::Decision decision = Verdict::Decision::proceed;
  std::string why;
  std::optional<TrialId> next = std::nullopt;
  int* seen = nullptr;
  std::int64_t every = 0;  ///< judges at the multiples of this alone

  std::string_view name() const { return "scripted"; }
  Verdict judge(const Curve&, const History&) const {
    return {.decision = decision, .reason = why};
  }
  void observe(const Curve&, Ending) { ++*seen; }
  std::optional<TrialId> resume(const ParkedTrials&, const History&, bool) const { return next; }
  std::optional<std::int64_t> goal(std::int64_t step) const {
    return every > 0 ? std::optional(step / every * every + every) : std::nullopt;
  }
};

const Estimator kGo = Scripted{};
const Estimator kStop = Scripted{Verdict::Decision::stop, "stop"};
const Estimator kPark = Scripted{Verdict::Decision::park, "park"};

Verdict judged(const Estimator& rule, std::int64_t step = 1) {
  return rule.judge({trial(1), {{step, 1}}}, History());
}

}  // namespace

TEST_CASE("any of: the first that stops, else the first that parks", "[estimators]") {
  CHECK(judged(AnyOf({kGo, kGo})) == Verdict{});
  CHECK(judged(AnyOf({kGo, kStop})).reason == "stop");
  CHECK(judged(AnyOf({kPark, kGo})).parks());
  CHECK(judged(AnyOf({kPark, kStop})).decision == Verdict::Decision::stop);
}

TEST_CASE("all of: only where all would end it, gently where one parks", "[estimators]") {
  CHECK(judged(AllOf({kStop, kGo})) == Verdict{});
  CHECK(judged(AllOf({kStop, kStop})).decision == Verdict::Decision::stop);
  CHECK(judged(AllOf({kStop, kStop})).reason == "stop; stop");
  CHECK(judged(AllOf({kStop, kPark})).parks());
  CHECK(judged(AllOf({kPark, kStop})).parks());
}

TEST_CASE("switch at: one rule before the step, the other from it on", "[estimators]") {
  const Estimator rule = SwitchAt(5, kPark, kStop);
  CHECK(judged(rule, 4).parks());
  CHECK(judged(rule, 5).decision == Verdict::Decision::stop);
  CHECK(rule.judge({trial(1), {}}, History()).parks());  // as the rule before says
}

TEST_CASE("after steps: not asked before", "[estimators]") {
  const Estimator rule = AfterSteps(5, kStop);
  CHECK_FALSE(judged(rule, 4).stops());
  CHECK(judged(rule, 5).stops());
  CHECK_FALSE(rule.judge({trial(1), {}}, History()).stops());
}

TEST_CASE("combined rules: what a part would take up again goes on", "[estimators]") {
  const Estimator takes = Scripted{.next = trial(7)};
  const ParkedTrials parked;
  const History history;
  for (const Estimator& rule :
       {Estimator(AnyOf({kGo, takes})), Estimator(AllOf({kGo, takes})),
        Estimator(SwitchAt(3, takes, kGo)), Estimator(SwitchAt(3, kGo, takes)),
        Estimator(AfterSteps(3, takes))}) {
    INFO(rule.name());
    CHECK(rule.resume(parked, history, true) == trial(7));
  }
  CHECK_FALSE(AnyOf({kGo}).resume(parked, history, true).has_value());
}

TEST_CASE("combined rules: every part hears of curves that are complete", "[estimators]") {
  int seen = 0;
  const Estimator part = Scripted{.seen = &seen};
  for (Estimator rule : {Estimator(AnyOf({part, part})), Estimator(AllOf({part, part})),
                         Estimator(SwitchAt(3, part, part)), Estimator(AfterSteps(3, part))}) {
    rule.observe({trial(1), {}}, Ending::finished);
  }
  CHECK(seen == 7);
}

TEST_CASE("combined rules: none of nothing", "[estimators]") {
  CHECK_THROWS_AS(AnyOf({}), ConfigError);
  CHECK_THROWS_AS(AllOf({}), ConfigError);
  CHECK_THROWS_AS(SwitchAt(0, kGo, kGo), ConfigError);
  CHECK_THROWS_AS(AfterSteps(0, kGo), ConfigError);
}

TEST_CASE("combined rules: the goal is where the first of them judges", "[estimators]") {
  const Estimator by_four = Scripted{.every = 4};
  const Estimator by_ten = Scripted{.every = 10};
  CHECK(AnyOf({kGo, by_ten, by_four}).goal(5) == 8);
  CHECK(AllOf({by_ten, by_four}).goal(9) == 10);
  CHECK(AnyOf({kGo}).goal(5) == std::nullopt);
  CHECK(AfterSteps(9, by_four).goal(0) == 12);
  CHECK(AfterSteps(8, by_four).goal(0) == 8);
  CHECK(AfterSteps(8, by_four).goal(11) == 12);
  CHECK(SwitchAt(9, by_four, by_ten).goal(3) == 4);
  CHECK(SwitchAt(9, by_four, by_ten).goal(8) == 10);
  CHECK(SwitchAt(9, kGo, by_ten).goal(0) == 10);
  CHECK(SwitchAt(9, by_four, kGo).goal(8) == std::nullopt);
}
