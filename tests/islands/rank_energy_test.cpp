// The budget of energy of a study, and the limit of each trial.
#include "archipelago.hpp"
#include "lone_rank.hpp"

#include <catch2/catch.hpp>

namespace evolt::test {
namespace {

EnergyReading reading(double joules, EnergyLabel label = EnergyLabel::counter_exclusive) {
  return {.joules = {joules}, .lower = {joules}, .upper = {joules}, .label = label, .coverage = 1};
}

Measurement report(std::int64_t step, double joules,
                   EnergyLabel label = EnergyLabel::counter_exclusive) {
  return {.step = step,
          .metrics = {{"acc", 0.5}},
          .elapsed = {static_cast<double>(step)},
          .energy = reading(joules, label)};
}

Outcome ended(double joules, Ending ending = Ending::finished) {
  Outcome outcome = scored(0.5);
  outcome.ending = ending;
  outcome.usage.wall = {joules / 10};
  outcome.usage.energy = reading(joules);
  return outcome;
}

EnergyBudget budget(double joules) {
  return EnergyBudget({.cap = EnergyCap{{joules}, "budget.joules", "J", 1}, .steps = 5});
}

LoneRank lone(const std::function<void(RankPlan&)>& change) {
  return LoneRank(20, {{"x", FloatDomain{.low = 0, .high = 1}, {}}}, change);
}

}  // namespace

TEST_CASE("a trial that uses more than its limit fails", "[islands]") {
  LoneRank one = lone([](RankPlan& plan) { plan.most_joules = Joules{100}; });
  const TrialId trial = one.last().trial.id;
  CHECK_FALSE(one.rank.on_measurement(trial, 1, report(1, 100)).stops());
  const Verdict verdict = one.rank.on_measurement(trial, 1, report(2, 101));
  CHECK(verdict.stops());
  CHECK(verdict.reason == "used 101 J, more than trial.limits.joules, 100 J");
  CHECK(one.rank.on_measurement(trial, 1, report(3, 130)).stops());  // it went on
  one.end(ended(135, Ending::stopped));
  REQUIRE(one.all<Finished>().size() == 1);
  const Finished finished = one.all<Finished>().front();
  CHECK(finished.outcome.ending == Ending::failed);
  CHECK(finished.outcome.failure == Failure::joules);
  CHECK(finished.outcome.reason == "used 101 J, more than trial.limits.joules, 100 J");
  CHECK(finished.outcome.usage.energy->joules == Joules{135});
  CHECK(finished.scores.empty());
  CHECK(one.all<Stopped>().empty());
  CHECK(one.started.size() == 2);  // the slot goes to the next
}

TEST_CASE("a trial that ends by itself while it is over its limit has its result", "[islands]") {
  LoneRank one = lone([](RankPlan& plan) { plan.most_joules = Joules{100}; });
  CHECK(one.rank.on_measurement(one.last().trial.id, 1, report(4, 150)).stops());
  one.end(ended(160));
  CHECK(one.all<Finished>().front().outcome.ending == Ending::finished);
}

TEST_CASE("the limit of a trial counts what may count", "[islands]") {
  const bool allowed = GENERATE(false, true);
  LoneRank one = lone([allowed](RankPlan& plan) {
    plan.most_joules = Joules{100};
    plan.estimated = allowed;
  });
  CHECK(
      one.rank.on_measurement(one.last().trial.id, 1, report(1, 500, EnergyLabel::model)).stops() ==
      allowed);
  Measurement silent = report(2, 0);
  silent.energy.reset();
  LoneRank other = lone([](RankPlan& plan) { plan.most_joules = Joules{100}; });
  CHECK_FALSE(other.rank.on_measurement(other.last().trial.id, 1, silent).stops());
}

TEST_CASE("the limit of a trial holds over the attempts that go on from each other", "[islands]") {
  const bool continues = GENERATE(false, true);
  LoneRank one = lone([continues](RankPlan& plan) {
    plan.most_joules = Joules{100};
    plan.continues = continues;
  });
  one.rank.on_lost(one.last().trial.id, 1, "gone", Usage{.wall = {5}, .energy = reading(60)});
  one.collect();
  CHECK(one.rank.on_measurement(one.last().trial.id, 2, report(4, 50)).stops() == continues);
}

TEST_CASE("nothing more is handed out when the energy is used", "[islands]") {
  LoneRank one = lone([](RankPlan& plan) { plan.energy = budget(100); });
  for (int i = 0; i < 3; ++i) {
    one.end(ended(30));
  }
  CHECK(one.started.size() == 3);  // 90 J are used, a fourth would not fit
  REQUIRE(one.rank.ending());
  CHECK(one.rank.ending()->reason == EndReason::joules);
  CHECK(one.rank.ending()->text ==
        "budget.joules has no room for another trial: 90 J of 100 J are used, and a trial takes "
        "about 30 J");
  CHECK(one.rank.done());
}

TEST_CASE("what runs when the cap is reached runs to its end", "[islands]") {
  LoneRank one = lone([](RankPlan& plan) {
    plan.energy = budget(100);
    plan.slots = 3;
  });
  REQUIRE(one.started.size() == 3);
  one.rank.on_measurement(one.started[0].trial.id, 1, report(1, 101));
  one.collect();
  REQUIRE(one.rank.ending());
  CHECK(one.rank.ending()->reason == EndReason::joules);
  CHECK(one.rank.winding_down());
  CHECK_FALSE(one.rank.done());
  CHECK(one.stops.empty());
  SECTION("and its result counts") {
    for (const StartAttempt& start : one.started) {
      one.rank.on_outcome(start.trial.id, 1, ended(120));
    }
    one.collect();
    CHECK(one.all<Finished>().size() == 3);
    CHECK(one.all<Finished>().back().outcome.ending == Ending::finished);
    CHECK(one.started.size() == 3);
    CHECK(one.rank.done());
  }
  SECTION("unless the run is interrupted") {
    one.rank.halt(EndReason::interrupted, "signal 15");
    one.collect();
    CHECK(one.stops.size() == 3);
    CHECK(one.rank.ending()->reason == EndReason::interrupted);
    CHECK_FALSE(one.rank.winding_down());
    for (const StartAttempt& start : one.started) {
      one.rank.on_outcome(start.trial.id, 1, ended(120, Ending::stopped));
    }
    one.collect();
    CHECK(one.all<Lost>().size() == 3);  // the next start goes on with them
    CHECK(one.rank.done());
    one.rank.halt(EndReason::failed, "too late");
    CHECK(one.rank.ending()->reason == EndReason::interrupted);
  }
  SECTION("and what is lost waits for the next start") {
    one.rank.on_lost(one.started[1].trial.id, 1, "gone", Usage{.wall = {1}});
    one.collect();
    CHECK(one.started.size() == 3);
    CHECK(one.all<Lost>().size() == 1);
  }
}

TEST_CASE("a study whose energy is used starts nothing when it is resumed", "[islands]") {
  EnergyBudget used = budget(100);
  Trial trial;
  trial.id = TrialId{1, 0, 1};
  used.note(Event{{}, Bred{trial}});
  used.note(Event{{}, Leased{Attempt{.trial = trial.id}}});
  used.note(Event{{}, Finished{.trial = trial.id, .outcome = ended(120)}});
  LoneRank one = lone([&](RankPlan& plan) { plan.energy = used; });
  CHECK(one.started.empty());
  REQUIRE(one.rank.ending());
  CHECK(one.rank.ending()->text == "budget.joules is used: 120 J of 100 J are used");
}

TEST_CASE("a budget of energy without readings ends the run", "[islands]") {
  LoneRank one = lone([](RankPlan& plan) { plan.energy = budget(100); });
  for (int i = 0; i < 10 && !one.rank.ending(); ++i) {
    Outcome outcome = scored(0.5);
    outcome.usage.wall = {1};
    one.end(outcome);
  }
  CHECK(one.all<Finished>().size() == 4);
  REQUIRE(one.rank.ending());
  CHECK(one.rank.ending()->reason == EndReason::failed);
  CHECK(one.rank.ending()->text.find("budget.joules cannot be kept") == 0);
}

TEST_CASE("a gain that costs too much ends the run when all has ended", "[islands]") {
  LoneRank one = lone([](RankPlan& plan) {
    plan.energy = EnergyBudget({.gain_per_joule = 1e-3, .gain_over = 4});
    plan.slots = 2;
  });
  for (std::size_t i = 0; i < one.started.size(); ++i) {
    one.rank.on_outcome(one.started[i].trial.id, 1, ended(10));
    one.collect();
  }
  REQUIRE(one.rank.ending());
  CHECK(one.rank.ending()->reason == EndReason::gain);
  CHECK(one.all<Finished>().size() == 6);  // the fifth said so while the sixth ran
  CHECK(one.rank.done());
}

namespace {

ArchipelagoOptions powered(double joules) {
  ArchipelagoOptions options;
  options.trials = 100000;
  options.watts = 10;
  options.budget =
      EnergyBudgetOptions{.cap = EnergyCap{{joules}, "budget.joules", "J", 1}, .steps = 8};
  return options;
}

struct Paid {
  double joules = 0;
  double dearest = 0;
  std::int64_t bred = 0;
  std::int64_t ended = 0;
};

Paid paid(const std::vector<Event>& journal) {
  Paid sum;
  for (const Event& event : journal) {
    const Usage* usage = nullptr;
    if (const auto* const finished = std::get_if<Finished>(&event.what)) {
      usage = &finished->outcome.usage;
      ++sum.ended;
    } else if (const auto* const lost = std::get_if<Lost>(&event.what)) {
      usage = &lost->usage;
    }
    if (usage != nullptr && usage->energy) {
      sum.joules += usage->energy->joules.value;
      sum.dearest = std::max(sum.dearest, usage->energy->joules.value);
    }
    sum.bred += std::holds_alternative<Bred>(event.what) ? 1 : 0;
  }
  return sum;
}

}  // namespace

TEST_CASE("a budget of energy is kept by all ranks together", "[islands]") {
  ArchipelagoOptions options = powered(40000);
  options.ranks = GENERATE(1, 2, 5);
  options.islands = 2;
  options.stopper = "none";
  options.crash = 0.1;
  Archipelago world(options);
  REQUIRE(world.run());
  REQUIRE(world.status().ok());
  const Paid sum = paid(world.journal());
  CHECK(sum.ended == sum.bred);
  for (std::int32_t r = 0; r < options.ranks; ++r) {
    REQUIRE(world.rank(r).ending());
    CHECK(world.rank(r).ending()->reason == EndReason::joules);
  }
  // A trial takes a hundred joules or so, one in a hundred ten times as much.
  CHECK(sum.joules > 0.9 * 40000);
  CHECK(sum.joules < 40000 + 2 * sum.dearest);
  CHECK(sum.bred > 100);
}

TEST_CASE("a budget of energy is kept while trials are lost, parked and run again", "[islands]") {
  ArchipelagoOptions options = powered(30000);
  options.stopper = "default";
  options.steps = 30;
  options.budget->steps = 30;
  options.parks = true;
  options.budget->continues = true;
  options.lose = 0.1;
  options.ranks = 3;
  options.islands = 2;
  options.deaths = {{2, 40}};
  Archipelago world(options);
  REQUIRE(world.run());
  REQUIRE(world.status().ok());
  CHECK(world.rank(0).ending()->reason == EndReason::joules);
}

}  // namespace evolt::test
