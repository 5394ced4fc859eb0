// Attempts that are lost, tried again, and go on from each other.
#include "lone_rank.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace evolt::test {

TEST_CASE("rank: a lost attempt is run again, but not for ever", "[islands]") {
  LoneRank bench;
  const TrialId id = bench.last().trial.id;
  bench.rank.on_lost(id, 1, "gone", Usage{.wall = Seconds{3}});
  bench.collect();
  REQUIRE(bench.last().trial.id == id);
  CHECK(bench.last().attempt.number == 2);
  bench.rank.on_lost(id, 2, "gone again", {});
  bench.collect();
  CHECK(bench.last().trial.id != id);
  const auto finished = bench.all<Finished>();
  REQUIRE(finished.size() == 1);
  CHECK(finished[0].outcome.failure == Failure::attempts);
  CHECK(bench.all<Lost>().size() == 2);
  CHECK(bench.all<Bred>().size() == 2);
}

TEST_CASE("rank: a retry from an earlier start needs no credit", "[islands]") {
  ManualClock clock;
  const Encoding encoding(SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}}));
  RankPlan plan = LoneRank(0).plan(0);
  plan.propagators = {make_propagator("random", encoding)};
  plan.unfinished = 1;
  plan.incarnation = 2;
  Rank rank(plan, encoding, clock);
  Trial trial{.id = TrialId{1, 0, 5}, .genome = Genome{{0.25}}, .params = {{"x", 0.25}}};
  rank.on_message(RankId{0}, Retry{.trial = trial, .attempt = 2, .checkpoint = {}, .known = {}});
  rank.begin();
  CHECK(rank.running() == 1);
  CHECK_FALSE(rank.ending().has_value());
  rank.on_outcome(trial.id, 2, scored(0.5));
  REQUIRE(rank.ending().has_value());
  CHECK(rank.ending()->reason == EndReason::complete);
}

TEST_CASE("rank: repeated steps of a later attempt are not judged twice", "[islands]") {
  LoneRank bench;
  const TrialId id = bench.last().trial.id;
  bench.rank.on_measurement(id, 1, Measurement{.step = 2, .metrics = {{"acc", 0.1}}});
  bench.rank.on_lost(id, 1, "gone", {});
  bench.collect();
  CHECK_FALSE(
      bench.rank.on_measurement(id, 2, Measurement{.step = 1, .metrics = {{"acc", 0.9}}}).stops());
  bench.collect();
  CHECK(bench.all<Measured>().size() == 2);
}

TEST_CASE("rank: an attempt that could not start is no loss of its trial", "[islands]") {
  LoneRank bench;
  const TrialId id = bench.last().trial.id;
  for (int number = 1; number <= 5; ++number) {
    REQUIRE(bench.last().trial.id == id);
    REQUIRE(bench.last().attempt.number == number);
    bench.rank.on_not_started(id, number, "no descriptors left");
    bench.collect();
  }
  CHECK(bench.all<Finished>().empty());
  CHECK(bench.all<Lost>().size() == 5);
  // True losses still count, from here on.
  bench.rank.on_lost(id, 6, "gone", {});
  bench.rank.on_lost(id, 7, "gone", {});
  bench.collect();
  REQUIRE(bench.all<Finished>().size() == 1);
  CHECK(bench.all<Finished>()[0].outcome.failure == Failure::attempts);
}

TEST_CASE("rank: what went on from its checkpoint and had nothing to add keeps its result",
          "[islands]") {
  LoneRank bench;
  RankPlan plan = bench.plan(2);
  plan.continues = GENERATE(true, false);
  Rank rank(plan, bench.encoding, bench.clock);
  rank.begin();
  const auto trial = std::get<StartAttempt>(rank.take_actions().back()).trial.id;
  rank.on_measurement(trial, 1, Measurement{.step = 5, .metrics = {{"acc", 0.75}}});
  rank.on_lost(trial, 1, "gone", {});
  rank.on_outcome(trial, 2, Outcome{.usage = {.wall = Seconds{1}}});
  std::optional<Finished> finished;
  for (const Action& action : rank.take_actions()) {
    if (const auto* record = std::get_if<RecordEvent>(&action)) {
      if (const auto* what = std::get_if<Finished>(&record->event.what)) {
        finished = *what;
      }
    }
  }
  REQUIRE(finished.has_value());
  if (plan.continues) {
    CHECK(finished->outcome.ending == Ending::finished);
    CHECK(finished->scores == std::vector<double>{-0.75});
    CHECK(finished->outcome.steps == 5);
    CHECK(finished->outcome.started_at == 5);
  } else {
    CHECK(finished->outcome.failure == Failure::no_result);
  }
}

TEST_CASE("rank: a trial that comes to the objective's target is asked to end, and has finished",
          "[islands]") {
  LoneRank bench;
  RankPlan plan = bench.plan(2);
  plan.objective = Objective({.names = {"acc"},
                              .maximized = 1,
                              .form = CostToTarget{.target = 0.8, .eta = 0, .most_power = {1}}});
  plan.outlook = GENERATE(true, false) ? Outlook::of_objective(plan.objective, 5) : Outlook();
  Rank rank(plan, bench.encoding, bench.clock);
  rank.begin();
  const auto trial = std::get<StartAttempt>(rank.take_actions().back()).trial.id;
  const auto report = [&](std::int64_t step, double acc) {
    return rank.on_measurement(trial, 1, Measurement{.step = step, .metrics = {{"acc", acc}}});
  };
  CHECK_FALSE(report(1, 0.7).stops());
  CHECK(report(2, 0.85).stops());
  CHECK(report(3, 0.6).stops());  // it goes on for a while, and is not judged by that
  if (GENERATE(true, false)) {
    rank.halt(EndReason::interrupted, "Ctrl-C");
  }
  rank.on_outcome(trial, 1,
                  Outcome{.ending = GENERATE(Ending::stopped, Ending::finished),
                          .metrics = {{"acc", 0.6}},
                          .steps = 3,
                          .usage = {.wall = Seconds{9}}});
  std::optional<Finished> finished;
  for (const Action& action : rank.take_actions()) {
    if (const auto* record = std::get_if<RecordEvent>(&action)) {
      CHECK_FALSE(std::holds_alternative<Stopped>(record->event.what));
      if (const auto* what = std::get_if<Finished>(&record->event.what)) {
        finished = *what;
      }
    }
  }
  REQUIRE(finished);
  CHECK(finished->outcome.ending == Ending::finished);
  CHECK(finished->scores == std::vector<double>{9});
  CHECK(finished->violation == 0);
}

TEST_CASE("rank: a retry knows what earlier starts measured", "[islands]") {
  LoneRank bench(0);
  RankPlan plan = bench.plan(0);
  plan.continues = true;
  plan.unfinished = 1;
  Rank rank(plan, bench.encoding, bench.clock);
  const Trial trial{.id = TrialId{1, 0, 5}, .genome = Genome{{0.25}}, .params = {{"x", 0.25}}};
  rank.on_message(RankId{0}, Retry{.trial = trial,
                                   .attempt = 2,
                                   .checkpoint = {},
                                   .known = {{"acc", 0.5}, {"loss", 2}},
                                   .steps = 4});
  rank.begin();
  rank.on_outcome(trial.id, 2, Outcome{.metrics = {{"acc", 0.625}}, .steps = 5, .started_at = 4});
  const auto& living = rank.islands()[0].living();
  REQUIRE(living.size() == 1);
  CHECK(living[0]->scores == std::vector<double>{-0.625});
}

TEST_CASE("rank: where attempts go on from each other, a score counts what all of them used",
          "[islands]") {
  for (const bool continues : {true, false}) {
    LoneRank bench;
    RankPlan plan = bench.plan(20);
    plan.continues = continues;
    plan.objective = Objective(ObjectiveOptions{.names = {"seconds"}});
    plan.outlook = {};
    Rank rank(std::move(plan), bench.encoding, bench.clock);
    Trial trial{.id = {1, 0, 1}, .genome = Genome{{0.5}}};
    rank.on_message(RankId{0},
                    Retry{.trial = trial, .attempt = 3, .used = Usage{.wall = Seconds{40}}});
    rank.begin();
    rank.on_lost(trial.id, 3, "its nanny died", Usage{.wall = Seconds{5}});
    rank.on_outcome(trial.id, 4, Outcome{.usage = Usage{.wall = Seconds{10}}});
    bool scored_once = false;
    for (const Action& action : rank.take_actions()) {
      const auto* const record = std::get_if<RecordEvent>(&action);
      const auto* const ended =
          record == nullptr ? nullptr : std::get_if<Finished>(&record->event.what);
      if (ended != nullptr) {
        scored_once = true;
        CHECK(ended->scores == std::vector<double>{continues ? 55.0 : 10.0});
        CHECK(ended->outcome.usage.wall == Seconds{10});  // the attempt's own
      }
    }
    CHECK(scored_once);
  }
}

TEST_CASE("rank: what a run's end stops is told whether it will be resumed", "[islands]") {
  for (const bool continues : {true, false}) {
    LoneRank bench;
    RankPlan plan = bench.plan(20);
    plan.continues = continues;
    Rank rank(std::move(plan), bench.encoding, bench.clock);
    rank.begin();
    rank.take_actions();
    rank.halt(EndReason::interrupted, "signal 15");
    const auto actions = rank.take_actions();
    REQUIRE(actions.size() == 1);
    CHECK(std::get<StopAttempt>(actions[0]).resumes == continues);
  }
}

}  // namespace evolt::test
