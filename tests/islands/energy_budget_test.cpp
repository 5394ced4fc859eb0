#include "islands/energy_budget.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace evolt {
namespace {

TrialId id(std::uint64_t n) {
  return TrialId{1, 0, n};
}

EnergyReading reading(double joules, EnergyLabel label = EnergyLabel::counter_shared) {
  return {.joules = {joules}, .lower = {joules}, .upper = {joules}, .label = label, .coverage = 1};
}

Event bred(std::uint64_t n) {
  Trial trial;
  trial.id = id(n);
  return {{}, Bred{trial}};
}

Event leased(std::uint64_t n, std::int32_t attempt = 1) {
  return {{}, Leased{Attempt{.trial = id(n), .number = attempt}}};
}

Event measured(std::uint64_t n, std::int64_t step, double seconds, std::optional<double> joules,
               std::int32_t attempt = 1) {
  Measurement measurement{.step = step, .elapsed = {seconds}};
  if (joules) {
    measurement.energy = reading(*joules);
  }
  return {{}, Measured{id(n), attempt, measurement}};
}

Usage used(double seconds, std::optional<double> joules) {
  Usage usage{.wall = {seconds}};
  if (joules) {
    usage.energy = reading(*joules);
  }
  return usage;
}

Event finished(std::uint64_t n, Usage usage, Ending ending = Ending::finished, double score = 1,
               std::int32_t attempt = 1) {
  Finished what{.trial = id(n), .attempt = attempt};
  what.outcome.ending = ending;
  what.outcome.usage = std::move(usage);
  if (ending == Ending::finished) {
    what.scores = {score};
  }
  return {{}, what};
}

Event lost(std::uint64_t n, Usage usage, std::int32_t attempt = 1) {
  return {{}, Lost{id(n), attempt, "gone", std::move(usage)}};
}

EnergyBudgetOptions capped(double joules) {
  return {.cap = EnergyCap{{joules}, "budget.joules", "J", 1}, .steps = 10};
}

EnergyBudget after(EnergyBudgetOptions options, const std::vector<Event>& events) {
  EnergyBudget budget(std::move(options));
  for (const Event& event : events) {
    budget.note(event);
  }
  return budget;
}

}  // namespace

TEST_CASE("energy budget: every attempt counts, whatever became of it", "[islands]") {
  const EnergyBudget budget = after(
      capped(1000),
      {bred(1), leased(1), finished(1, used(10, 100)), bred(2), leased(2), lost(2, used(3, 30)),
       leased(2, 2), finished(2, used(2, 20), Ending::failed, 0, 2), bred(3), leased(3),
       finished(3, used(1, 10), Ending::stopped), bred(4), leased(4), measured(4, 1, 1, 8)});
  CHECK(budget.spent() == Joules{168});
  CHECK(budget.running() == 1);
}

TEST_CASE("energy budget: time without a reading counts at the mean power of the rest",
          "[islands]") {
  const EnergyBudget budget =
      after(capped(1000), {bred(1), leased(1), finished(1, used(10, 100)), bred(2), leased(2),
                           finished(2, used(5, {})), bred(3), leased(3), measured(3, 1, 2, {})});
  CHECK(budget.spent().value == Approx(100 + 50 + 20));
  REQUIRE_FALSE(budget.verdict());
  CHECK(after(capped(160), {bred(1), leased(1), finished(1, used(10, 100)), bred(2), leased(2),
                            finished(2, used(7, {}))})
            .verdict()
            ->text ==
        "budget.joules is used: 170 J of 160 J are used (1 attempts without a reading count by "
        "the time they took)");
}

TEST_CASE("energy budget: an attempt that is told of twice counts once", "[islands]") {
  SECTION("lost, then given up") {
    const EnergyBudget budget = after(capped(1000), {bred(1), leased(1), lost(1, used(3, 30)),
                                                     finished(1, used(3, 30), Ending::failed)});
    CHECK(budget.spent() == Joules{30});
  }
  SECTION("parked, then ended at rest") {
    const EnergyBudget budget = after(
        capped(1000), {bred(1), leased(1), Event{{}, Parked{.trial = id(1), .usage = used(4, 40)}},
                       finished(1, used(4, 40), Ending::stopped)});
    CHECK(budget.spent() == Joules{40});
  }
  SECTION("an old attempt's news") {
    const EnergyBudget budget =
        after(capped(1000), {bred(1), leased(1), lost(1, used(3, 30)), leased(1, 2),
                             measured(1, 3, 9, 999), lost(1, used(3, 30))});
    CHECK(budget.spent() == Joules{30});
    CHECK(budget.running() == 1);
  }
  SECTION("of an unknown trial") {
    CHECK(after(capped(1), {leased(7), finished(7, used(1, 50))}).spent() == Joules{});
  }
}

TEST_CASE("energy budget: a lost attempt that nobody measured to its end keeps its last reading",
          "[islands]") {
  const EnergyBudget budget = after(capped(1000), {bred(1), leased(1), measured(1, 2, 4, 40),
                                                   lost(1, used(5, {})), leased(1, 2)});
  CHECK(budget.spent().value == Approx(50));  // 40, and a second at 10 W
}

TEST_CASE("energy budget: what runs is reserved to its end", "[islands]") {
  EnergyBudget budget =
      after(capped(1000), {bred(1), leased(1), measured(1, 1, 3, 30), measured(1, 2, 4, 40)});
  CHECK(budget.spent() == Joules{40});
  CHECK(budget.reserved() == Joules{80});  // eight steps of 10 J; the start-up is not repeated
  CHECK(budget.typical() == Joules{120});
  budget.note(bred(2));
  CHECK(budget.reserved() == Joules{200});  // it waits, and will take what a trial takes
  budget.note(leased(2));
  CHECK(budget.reserved() == Joules{200});
  budget.note(finished(2, used(1, 1), Ending::failed));
  CHECK(budget.typical() == Joules{120});  // cheap failures end first
  budget.note(finished(1, used(5, 49), Ending::stopped));
  CHECK(budget.reserved() == Joules{});
  CHECK(budget.typical() == Joules{25});
}

TEST_CASE("energy budget: attempts that go on from each other are forecast together", "[islands]") {
  EnergyBudgetOptions options = capped(1000);
  options.continues = true;
  const EnergyBudget budget =
      after(options, {bred(1), leased(1), measured(1, 4, 4, 40), lost(1, used(4, 40)), leased(1, 2),
                      measured(1, 5, 1, 10, 2)});
  CHECK(budget.spent() == Joules{50});
  CHECK(budget.reserved() == Joules{50});
  CHECK(budget.typical() == Joules{100});
}

TEST_CASE("energy budget: so many trials as there is energy for", "[islands]") {
  SECTION("a few while nobody knows") {
    EnergyBudget budget(capped(1000));
    CHECK(budget.room(0) == EnergyBudget::kBlind);
    CHECK(budget.room(1) == EnergyBudget::kBlind - 1);
    budget.note(bred(1));
    budget.note(leased(1));
    CHECK(budget.room(0) == EnergyBudget::kBlind - 1);
    budget.note(measured(1, 1, 1, 10));
    CHECK(budget.room(0) == 9);
    CHECK(budget.room(4) == 5);
    CHECK(budget.room(40) == 0);
  }
  SECTION("by the limit of each, from the start") {
    EnergyBudgetOptions options = capped(1000);
    options.trial_limit = Joules{100};
    EnergyBudget budget(options);
    CHECK(budget.room(0) == 10);
    budget.note(bred(1));
    budget.note(leased(1));
    budget.note(measured(1, 1, 1, 50));
    CHECK(budget.reserved() == Joules{50});
    CHECK(budget.room(0) == 9);
  }
  SECTION("without a cap as many as are wanted") {
    CHECK(EnergyBudget(EnergyBudgetOptions{.gain_per_joule = 1}).room(5) ==
          EnergyBudget::kUnlimited);
  }
}

TEST_CASE("energy budget: the run ends at the cap", "[islands]") {
  EnergyBudgetOptions options = capped(7.2e6);
  options.cap = EnergyCap{{7.2e6}, "budget.kwh", "kWh", 1 / 3.6e6};
  EnergyBudget budget(options);
  CHECK_FALSE(budget.verdict());
  budget.note(bred(1));
  budget.note(leased(1));
  budget.note(measured(1, 10, 1, 7.2e6 - 1));
  CHECK_FALSE(budget.verdict());
  budget.note(finished(1, used(2, 9e6)));
  REQUIRE(budget.verdict());
  CHECK(budget.verdict()->reason == EndReason::joules);
  CHECK(budget.verdict()->text == "budget.kwh is used: 2.5 kWh of 2 kWh are used");
}

TEST_CASE("energy budget: without readings the run ends, and says why", "[islands]") {
  const auto some = [](std::int64_t trials, Usage usage) {
    std::vector<Event> events;
    for (std::int64_t n = 1; n <= trials; ++n) {
      const auto number = static_cast<std::uint64_t>(n);
      events.insert(events.end(), {bred(number), leased(number), finished(number, usage)});
    }
    return events;
  };
  CHECK_FALSE(after(capped(9), some(EnergyBudget::kUnread - 1, used(1, {}))).verdict());
  const auto verdict = after(capped(9), some(EnergyBudget::kUnread, used(1, {}))).verdict();
  REQUIRE(verdict);
  CHECK(verdict->reason == EndReason::failed);
  CHECK(verdict->text ==
        "budget.joules cannot be kept: 4 attempts have ended, and none had a reading of its "
        "energy (joules that nothing measured count only with energy.estimated = \"allow\"); "
        "evolt doctor says what this host can measure");
  SECTION("an estimate is no reading, unless it is allowed") {
    Usage estimate{.wall = {1}, .energy = reading(1, EnergyLabel::model)};
    EnergyBudgetOptions options = capped(9);
    CHECK(after(options, some(5, estimate)).verdict()->reason == EndReason::failed);
    options.estimated = true;
    CHECK_FALSE(after(options, some(5, estimate)).verdict());
  }
  SECTION("nor is one of 0 J") {
    CHECK(after(capped(9), some(5, used(1, 0))).verdict()->reason == EndReason::failed);
  }
  SECTION("what could not be started says nothing") {
    CHECK_FALSE(after(capped(9), some(50, Usage{})).verdict());
  }
  SECTION("earlier starts may have been elsewhere") {
    EnergyBudget budget = after(capped(9), some(50, used(1, {})));
    budget.begin_start();
    CHECK_FALSE(budget.verdict());
  }
  SECTION("one reading is enough") {
    std::vector<Event> events = some(9, used(1, {}));
    events.push_back(bred(50));
    events.push_back(leased(50));
    events.push_back(measured(50, 1, 1, 0.5));
    CHECK_FALSE(after(capped(9), events).verdict());
  }
}

namespace {

/// Trials of 10 J each that come to these scores.
EnergyBudget scored(const std::vector<double>& scores, double least, std::int64_t over) {
  EnergyBudget budget(EnergyBudgetOptions{.gain_per_joule = least, .gain_over = over});
  std::uint64_t n = 0;
  for (const double score : scores) {
    budget.note(bred(++n));
    budget.note(leased(n));
    budget.note(
        finished(n, used(1, 10), std::isnan(score) ? Ending::failed : Ending::finished, score));
  }
  return budget;
}

}  // namespace

TEST_CASE("energy budget: a gain that costs too much ends the study", "[islands]") {
  // Over the last three trials, 30 J, the best came down by 0.3.
  CHECK_FALSE(scored({1, 0.9, 0.8, 0.7}, 0.0099, 3).too_little_gain());
  const auto end = scored({1, 0.9, 0.8, 0.7}, 0.0101, 3).too_little_gain();
  REQUIRE(end);
  CHECK(end->reason == EndReason::gain);
  CHECK(end->text ==
        "the best score gained 0.01 a joule over the last 3 trials that ended, less than "
        "budget.gain_per_joule = 0.0101");
  CHECK(scored({1, 2, 3, 4}, 1e-9, 3).too_little_gain());  // nothing gained at all
}

TEST_CASE("energy budget: the gain is not judged too early", "[islands]") {
  const double nan = std::nan("");
  CHECK_FALSE(scored({1, 1, 1}, 1, 3).too_little_gain());         // no window yet
  CHECK_FALSE(scored({nan, 1, 1, 1}, 1, 3).too_little_gain());    // no best at its beginning
  CHECK_FALSE(scored({1, nan, nan, 1}, 1, 3).too_little_gain());  // too few finished
  CHECK(scored({1, nan, 1, nan, 1}, 1, 3).too_little_gain());     // failures cost joules too
  CHECK_FALSE(after(capped(1), {}).too_little_gain());            // nobody asked
}

TEST_CASE("energy budget: sums stay true over any course of events", "[islands]") {
  Rng rng{11};
  EnergyBudget budget(capped(1e9));
  std::map<std::uint64_t, std::pair<std::int32_t, double>> running;  // attempt, joules so far
  double ended = 0;
  std::uint64_t next = 0;
  for (int i = 0; i < 5000; ++i) {
    if (running.size() < 8 && rng.chance(0.4)) {
      budget.note(bred(++next));
      budget.note(leased(next));
      running[next] = {1, 0};
    } else if (!running.empty()) {
      auto at = running.begin();
      std::advance(at, static_cast<std::int64_t>(rng.below(running.size())));
      auto& [attempt, joules] = at->second;
      const double more = joules + 1 + rng.uniform();
      if (rng.chance(0.6)) {
        joules = more;
        budget.note(measured(at->first, 1, joules, joules, attempt));
      } else if (rng.chance(0.3)) {
        ended += more;
        budget.note(lost(at->first, used(more, more), attempt));
        budget.note(leased(at->first, ++attempt));
        joules = 0;
      } else {
        ended += more;
        budget.note(finished(at->first, used(more, more), Ending::finished, 1, attempt));
        running.erase(at);
      }
    }
    double all = ended;
    double blind = 0;
    for (const auto& [n, state] : running) {
      all += state.second;
      blind += state.second == 0 ? 1 : 0;
    }
    REQUIRE(budget.spent().value == Approx(all).margin(1e-6));
    REQUIRE(budget.running() == std::ssize(running));
    REQUIRE(budget.reserved() >= Joules{});
  }
}

}  // namespace evolt
