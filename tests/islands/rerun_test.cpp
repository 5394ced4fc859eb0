// Trials that are run again with higher goals.
#include "archipelago.hpp"
#include "lone_rank.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace evolt::test {
namespace {

RuleSettings promoting_asha() {
  RuleSettings asha = "asha";
  asha.options["promote"] = true;
  return asha;
}

ArchipelagoOptions rerunning(std::int32_t ranks, bool saves) {
  ArchipelagoOptions options;
  options.ranks = ranks;
  options.islands = 2;
  options.steps = 27;  // ASHA's rungs: 1, 3, 9
  options.stopper = promoting_asha();
  options.parks = true;
  options.rerun = true;
  options.saves = saves;
  return options;
}

struct Story {
  std::vector<Attempt> attempts;
  std::vector<std::vector<std::int64_t>> steps;  ///< of each attempt
  std::vector<Parked> ends;                      ///< of all but the last
  std::int64_t lost = 0;
  std::vector<Finished> finished;
};

std::map<TrialId, Story> stories(const std::vector<Event>& journal) {
  std::map<TrialId, Story> all;
  for (const Event& event : journal) {
    Story& story = all[subject(event)];
    if (const auto* leased = std::get_if<Leased>(&event.what)) {
      story.attempts.push_back(leased->attempt);
      story.steps.emplace_back();
    } else if (const auto* measured = std::get_if<Measured>(&event.what)) {
      story.steps.back().push_back(measured->measurement.step);
    } else if (const auto* parked = std::get_if<Parked>(&event.what)) {
      story.ends.push_back(*parked);
    } else if (std::holds_alternative<Lost>(event.what)) {
      ++story.lost;
    } else if (const auto* finished = std::get_if<Finished>(&event.what)) {
      story.finished.push_back(*finished);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("rerun: each attempt trains to the next rung, and a trial ends once", "[islands]") {
  const bool saves = GENERATE(false, true);
  ArchipelagoOptions options = rerunning(GENERATE(1, 4), saves);
  options.seed = GENERATE(1U, 2U);
  Archipelago study(options);
  REQUIRE(study.run());
  const auto all = stories(study.journal());
  CHECK(all.size() == static_cast<std::size_t>(options.trials));
  std::map<std::int64_t, std::int64_t> by_goal;
  std::int64_t finished = 0;
  for (const auto& [id, story] : all) {
    REQUIRE(story.finished.size() == 1);
    std::int64_t goal = 1;
    for (std::size_t i = 0; i < story.attempts.size(); ++i) {
      CHECK(story.attempts[i].number == static_cast<std::int32_t>(i) + 1);
      CHECK(story.attempts[i].goal == goal);
      const std::int64_t begins = saves && i > 0 ? goal / 3 : 0;
      REQUIRE(std::ssize(story.steps[i]) == goal - begins);
      for (std::int64_t step = 0; step < goal - begins; ++step) {
        CHECK(story.steps[i][static_cast<std::size_t>(step)] == begins + step + 1);
      }
      ++by_goal[goal];
      goal *= 3;
    }
    const bool whole = story.finished.front().outcome.ending == Ending::finished;
    CHECK(whole == (story.attempts.back().goal == options.steps));
    CHECK(story.finished.front().outcome.steps == story.attempts.back().goal);
    CHECK_FALSE(story.finished.front().scores.empty());
    finished += whole ? 1 : 0;
  }
  // More than one in three pass, as a search that gets on has its best among the latest.
  CHECK(by_goal[1] == options.trials);
  for (const std::int64_t rung : {1, 3, 9}) {
    CHECK(by_goal[3 * rung] < by_goal[rung]);
  }
  CHECK(finished >= 1);
}

TEST_CASE("rerun: the same seed gives the same journal", "[islands]") {
  const bool saves = GENERATE(false, true);
  Archipelago first(rerunning(4, saves));
  Archipelago second(rerunning(4, saves));
  REQUIRE(first.run());
  REQUIRE(second.run());
  CHECK(first.journal_bytes() == second.journal_bytes());
}

TEST_CASE("rerun: the goal of what was lost is the next attempt's", "[islands]") {
  ArchipelagoOptions options = rerunning(GENERATE(1, 4), GENERATE(false, true));
  options.lose = 0.3;
  if (options.ranks > 1) {
    options.deaths = {{1, 25.0}, {3, 60.0}};
  }
  Archipelago study(options);
  REQUIRE(study.run());
  std::map<TrialId, std::int64_t> lost;  // the goal
  std::map<TrialId, std::int64_t> goals;
  std::set<TrialId> ended;
  int again = 0;
  for (const Event& event : study.journal()) {
    const TrialId id = subject(event);
    if (std::holds_alternative<Lost>(event.what)) {
      lost[id] = goals.at(id);
    } else if (const auto* leased = std::get_if<Leased>(&event.what)) {
      if (const auto before = lost.extract(id); !before.empty()) {
        CHECK(leased->attempt.goal == before.mapped());
        ++again;
      }
      goals[id] = leased->attempt.goal;
    } else if (std::holds_alternative<Finished>(event.what)) {
      CHECK(ended.insert(id).second);
    }
  }
  CHECK(ended.size() == static_cast<std::size_t>(options.trials));
  CHECK(again > 10);
}

TEST_CASE("rerun: with a rank that is benched, goals climb and each trial ends once", "[islands]") {
  ArchipelagoOptions options = rerunning(4, GENERATE(false, true));
  options.broken = {{2, 30.0}};
  Archipelago study(options);
  REQUIRE(study.run());
  REQUIRE(study.benched().size() == 1);
  for (const auto& [id, story] : stories(study.journal())) {
    REQUIRE(story.finished.size() == 1);
    for (std::size_t i = 1; i < story.attempts.size(); ++i) {
      CHECK(story.attempts[i].goal == 3 * story.attempts[i - 1].goal);
    }
  }
}

TEST_CASE("promotion: with checkpoints and no goals, no step is run twice", "[islands]") {
  ArchipelagoOptions options = rerunning(GENERATE(1, 4), true);
  options.rerun = false;
  Archipelago study(options);
  REQUIRE(study.run());
  std::size_t resumed = 0;
  for (const auto& [id, story] : stories(study.journal())) {
    REQUIRE(story.finished.size() == 1);
    std::int64_t step = 0;
    for (const auto& attempt : story.steps) {
      for (const std::int64_t next : attempt) {
        CHECK(next == ++step);
      }
    }
    CHECK((story.finished.front().outcome.ending == Ending::finished) == (step == 27));
    resumed += story.attempts.size() - 1;
  }
  CHECK(resumed >= 1);
}

TEST_CASE("rerun: what is audited goes straight to the end", "[islands]") {
  ArchipelagoOptions options = rerunning(2, false);
  options.audit = 1;
  Archipelago study(options);
  REQUIRE(study.run());
  for (const auto& [id, story] : stories(study.journal())) {
    REQUIRE(story.finished.size() == 1);
    CHECK(story.finished.front().outcome.ending == Ending::finished);
    CHECK(story.attempts.back().goal == options.steps);
  }
}

TEST_CASE("rerun: with a rule that stops, trials end at their goals", "[islands]") {
  ArchipelagoOptions options = rerunning(2, false);
  options.parks = false;
  options.stopper = "asha";
  Archipelago study(options);
  REQUIRE(study.run());
  std::map<Ending, int> endings;
  for (const auto& [id, story] : stories(study.journal())) {
    REQUIRE(story.finished.size() == 1);
    ++endings[story.finished.front().outcome.ending];
    CHECK(std::ssize(story.steps.back()) == story.attempts.back().goal);
  }
  CHECK(endings[Ending::stopped] > 100);
  CHECK(endings[Ending::finished] >= 1);
}

namespace {

/// One slot; rungs at 1, 3 and 9 of 27; everything is parked until three have come.
struct Rerun : LoneRank {
  explicit Rerun(const std::function<void(RankPlan&)>& more = [](RankPlan&) {})
      : LoneRank(20, {{"x", FloatDomain{.low = 0, .high = 1}, {}}}, [&](RankPlan& plan) {
          plan.rerun = true;
          plan.fidelity.steps = 27;
          plan.estimator = make_estimator(promoting_asha(), {.steps = 27, .parks = true});
          more(plan);
        }) {}

  Verdict report(std::int64_t step, double accuracy) {
    const Verdict verdict = rank.on_measurement(
        last().trial.id, last().attempt.number,
        Measurement{.step = step, .metrics = {{"acc", accuracy}}, .elapsed = Seconds{1}});
    collect();
    return verdict;
  }
  void done(std::int64_t step, double accuracy, double seconds = 1) {
    end(Outcome{
        .metrics = {{"acc", accuracy}}, .steps = step, .usage = {.wall = Seconds{seconds}}});
  }
};

}  // namespace

TEST_CASE("rerun: an attempt at its goal ends by itself, and is told if it does not", "[islands]") {
  Rerun bench;
  CHECK(bench.last().attempt.goal == 1);
  CHECK_FALSE(bench.report(1, 0.5).stops());  // it is to be parked, and may still save
  SECTION("it ends") {
    bench.done(1, 0.5);
    REQUIRE(bench.all<Parked>().size() == 1);
    CHECK_FALSE(bench.all<Parked>()[0].goes_on);
    CHECK(bench.all<Parked>()[0].step == 1);
    CHECK(bench.all<Bred>().size() == 2);
  }
  SECTION("it goes on past it") {
    const Verdict verdict = bench.report(2, 0.6);
    CHECK(verdict.decision == Verdict::Decision::stop);  // nothing to save: it has no checkpoint
    bench.end(Outcome{.ending = Ending::stopped, .metrics = {{"acc", 0.6}}, .steps = 2});
    REQUIRE(bench.all<Parked>().size() == 1);
    CHECK(bench.all<Parked>()[0].step == 2);
  }
  SECTION("its other phases are no further steps") {
    CHECK_FALSE(bench.report(1, 0.5).stops());
  }
}

TEST_CASE("rerun: the best goes on at once on its slot", "[islands]") {
  Rerun bench;
  for (const double accuracy : {0.1, 0.2}) {
    bench.report(1, accuracy);
    bench.done(1, accuracy);
  }
  const TrialId third = bench.last().trial.id;
  bench.report(1, 0.9);
  bench.done(1, 0.9, 4);
  REQUIRE(bench.all<Parked>().size() == 3);
  CHECK(bench.all<Parked>()[2].goes_on);
  CHECK(bench.all<Parked>()[2].reason == "came to its goal, step 1");
  CHECK(bench.all<Parked>()[2].usage.wall == Seconds{4});
  CHECK(bench.last().trial.id == third);
  CHECK(bench.last().attempt.number == 2);
  CHECK(bench.last().attempt.goal == 3);
  CHECK(bench.all<Bred>().size() == 3);
}

TEST_CASE("rerun: who names no step has told what it came to at its goal", "[islands]") {
  Rerun bench([](RankPlan& plan) {
    plan.estimator = make_estimator(promoting_asha(), {.steps = 27, .min_steps = 3, .parks = true});
  });
  CHECK(bench.last().attempt.goal == 3);
  const bool reported = GENERATE(false, true);
  if (reported) {
    bench.report(1, 0.5);  // a line without a step
  }
  bench.done(3, 0.5);
  const auto measured = bench.all<Measured>();
  REQUIRE(measured.size() == (reported ? 2 : 1));
  CHECK(measured.back().measurement.step == 3);
  CHECK(measured.back().measurement.metrics == Metrics{{"acc", 0.5}});
  REQUIRE(bench.all<Parked>().size() == 1);
  CHECK(bench.all<Parked>()[0].step == 3);
}

TEST_CASE("rerun: who ends well before its goal has finished with what it has", "[islands]") {
  Rerun bench([](RankPlan& plan) {
    plan.estimator = make_estimator(promoting_asha(), {.steps = 27, .min_steps = 3, .parks = true});
  });
  bench.report(2, 0.5);
  bench.done(2, 0.5);
  REQUIRE(bench.all<Finished>().size() == 1);
  CHECK(bench.all<Finished>()[0].outcome.ending == Ending::finished);
  CHECK(bench.all<Finished>()[0].scores == std::vector<double>{-0.5});
}

TEST_CASE("rerun: who ran to the full length has finished, whatever its goal", "[islands]") {
  Rerun bench;
  bench.report(1, 0.5);
  bench.done(27, 0.7);
  REQUIRE(bench.all<Finished>().size() == 1);
  CHECK(bench.all<Finished>()[0].outcome.ending == Ending::finished);
  CHECK(bench.all<Finished>()[0].scores == std::vector<double>{-0.7});
}

TEST_CASE("rerun: without its objective a trial has failed at its first goal", "[islands]") {
  Rerun bench([](RankPlan& plan) {
    plan.objective = Objective(ObjectiveOptions{.names = {"acc", "size"}, .maximized = 1});
    plan.estimator = make_estimator("asha", {.steps = 27});
  });
  bench.report(1, 0.5);
  bench.done(1, 0.5);
  REQUIRE(bench.all<Finished>().size() == 1);
  CHECK(bench.all<Finished>()[0].outcome.failure == Failure::no_result);
}

TEST_CASE("rerun: what is not finite at its goal is stopped for good", "[islands]") {
  Rerun bench;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  bench.report(1, nan);
  bench.done(1, nan);
  REQUIRE(bench.all<Finished>().size() == 1);
  CHECK(bench.all<Finished>()[0].outcome.ending == Ending::stopped);
  CHECK(bench.all<Parked>().empty());
}

TEST_CASE("rerun: an attempt that repeats a lost one is judged when it ends", "[islands]") {
  Rerun bench;
  const TrialId id = bench.last().trial.id;
  bench.report(1, 0.5);
  bench.rank.on_lost(id, 1, "gone", {});
  bench.collect();
  REQUIRE(bench.last().trial.id == id);
  CHECK(bench.last().attempt.goal == 1);
  bench.report(1, 0.5);
  bench.done(1, 0.5);
  REQUIRE(bench.all<Parked>().size() == 1);
  CHECK_FALSE(bench.all<Parked>()[0].goes_on);
}

TEST_CASE("rerun: a parked trial is worth its last attempt's use, in proportion to its steps",
          "[islands]") {
  Rerun bench([](RankPlan& plan) {
    plan.objective = Objective(ObjectiveOptions{.names = {"acc", "seconds"}, .maximized = 1});
    plan.estimator = make_estimator("default", {.steps = 27, .parks = true});
    plan.credits = 1;
  });
  // Alone it is parked at each rung, and taken up again, for nothing else is left: 1, 3, 9, 27.
  std::vector<std::int64_t> goals;
  while (!bench.rank.ending()) {
    const std::int64_t goal = bench.last().attempt.goal;
    goals.push_back(goal);
    REQUIRE(goals.size() < 9);
    const auto seconds = static_cast<double>(2 * goal);
    bench.report(goal, 0.5);
    bench.done(goal, 0.5, seconds);
    if (goal < 27 && !bench.rank.islands()[0].living().empty()) {
      CHECK(bench.rank.islands()[0].living()[0]->scores[1] == Approx(54));
    }
  }
  CHECK(goals == std::vector<std::int64_t>{1, 3, 9, 27});
  REQUIRE(bench.all<Finished>().size() == 1);
  CHECK(bench.all<Finished>()[0].scores[1] == Approx(54));  // not the 80 s of all four
}

TEST_CASE("rerun: when the run ends, what came to its goal goes on in the next start",
          "[islands]") {
  Rerun bench([](RankPlan& plan) { plan.estimator = make_estimator("asha", {.steps = 27}); });
  bench.report(1, 0.5);
  bench.rank.halt(EndReason::interrupted, "a signal");
  bench.collect();
  REQUIRE(bench.stops.size() == 1);
  CHECK_FALSE(bench.stops[0].resumes);  // nothing is saved
  bench.done(1, 0.5);
  REQUIRE(bench.all<Parked>().size() == 1);
  CHECK(bench.all<Parked>()[0].goes_on);
  CHECK(bench.all<Finished>().empty());
  CHECK(bench.started.size() == 1);
  CHECK(bench.rank.done());
}

TEST_CASE("rerun: with a time limit, low goals are begun where the full length would not end",
          "[islands]") {
  const auto limited = [](bool rerun) {
    return Rerun([rerun](RankPlan& plan) {
      plan.rerun = rerun;
      plan.limit = RunLimit{Seconds{100}, Seconds{100}};
      plan.times.ended = {Seconds{270}};
    });
  };
  CHECK(limited(true).started.size() == 1);  // one step takes ten seconds
  CHECK(limited(false).started.empty());
}

}  // namespace evolt::test
