#include "service/report/ledger.hpp"

#include "events.hpp"
#include "service/report/savings.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace evolt {
namespace {

using namespace testing;

Ledger ledger_of(const std::vector<Event>& events, LedgerOptions options = {{"accuracy"}, 1}) {
  Ledger ledger(std::move(options));
  for (const Event& event : events) {
    ledger.apply(event);
  }
  return ledger;
}

TEST_CASE("ledger: numbers trials in the order of their bred events", "[report]") {
  const Ledger ledger = ledger_of({bred(id(7, 2)), bred(id(1)), bred(id(7, 2))});
  CHECK(ledger.find(id(7, 2))->number == 1);
  CHECK(ledger.find(id(1))->number == 2);
  CHECK(ledger.find(3) == nullptr);
  CHECK(ledger.find(0) == nullptr);
  CHECK(ledger.counts().total == 2);
}

TEST_CASE("ledger: counts every ending once", "[report]") {
  const Ledger ledger =
      ledger_of({bred(id(1)), bred(id(2)), bred(id(3)), bred(id(4)), bred(id(5)), leased(id(5)),
                 finished(id(1), {-0.9}), finished(id(2), {-0.5}, 3, Ending::stopped),
                 failed(id(3)), finished(id(4), {}, 0, Ending::infeasible)});
  CHECK(ledger.counts() ==
        TrialCounts{.total = 5, .finished = 1, .stopped = 1, .failed = 2, .running = 1});
}

TEST_CASE("ledger: the first result of a trial stands, every attempt's use stays", "[report]") {
  const Ledger ledger = ledger_of({bred(id(1)), leased(id(1)), lost(id(1)), leased(id(1), 2),
                                   finished(id(1), {-0.8}, 10, Ending::finished, 2),
                                   finished(id(1), {-0.9}, 6, Ending::finished, 1),
                                   finished(id(1), {-0.9}, 6, Ending::finished, 1)});
  const LedgerTrial& trial = *ledger.find(1);
  CHECK(trial.result->attempt == 2);
  CHECK(trial.result->scores == std::vector{-0.8});
  CHECK(ledger.counts().finished == 1);
  CHECK(ledger.counts().lost == 0);  // the late result came from the one that seemed lost
  CHECK(ledger.epochs().spent == 16);
  CHECK(trial.attempts.at(0).usage.wall == Seconds{5});
}

TEST_CASE("ledger: what comes before its trial waits for it", "[report]") {
  const Ledger ledger = ledger_of({leased(id(1)), measured(id(1), 1, {{"accuracy", 0.1}}),
                                   finished(id(1), {-0.9}), bred(id(1))});
  CHECK(ledger.counts() == TrialCounts{.total = 1, .finished = 1});
  CHECK(ledger.measurements(*ledger.find(1)).size() == 1);
  CHECK(ledger.best() == ledger.find(1));
}

TEST_CASE("ledger: steps are counted per attempt, from its checkpoint on", "[report]") {
  SECTION("a lost attempt by what it reported") {
    const Ledger ledger =
        ledger_of({bred(id(1)), leased(id(1)), measured(id(1), 1, {{"accuracy", 0.1}}),
                   measured(id(1), 4, {{"accuracy", 0.2}}), lost(id(1))});
    CHECK(ledger.epochs().spent == 4);
    CHECK(ledger.counts().lost == 1);
  }
  SECTION("a lost one that went on from a checkpoint only from there") {
    const Ledger ledger = ledger_of({bred(id(1)), leased(id(1), 2, "ckpt"),
                                     measured(id(1), 5, {{"accuracy", 0.1}}, 2),
                                     measured(id(1), 7, {{"accuracy", 0.2}}, 2), lost(id(1), 2)});
    CHECK(ledger.epochs().spent == 3);
  }
  SECTION("one that found what an earlier attempt had left, from there") {
    const Ledger ledger =
        ledger_of({bred(id(1)), leased(id(1)), measured(id(1), 1, {{"accuracy", 0.1}}),
                   measured(id(1), 5, {{"accuracy", 0.2}}), lost(id(1)), leased(id(1), 2),
                   measured(id(1), 6, {{"accuracy", 0.3}}, 2),
                   measured(id(1), 8, {{"accuracy", 0.4}}, 2), lost(id(1), 2), leased(id(1), 3),
                   measured(id(1), 1, {{"accuracy", 0.1}}, 3), lost(id(1), 3)});
    CHECK(ledger.epochs().spent == 5 + 3 + 1);
  }
  SECTION("an ended one by its outcome") {
    Event end = finished(id(1), {-0.9}, 10);
    std::get<Finished>(end.what).outcome.started_at = 4;
    const Ledger ledger = ledger_of({bred(id(1)), leased(id(1)), end});
    CHECK(ledger.epochs().spent == 6);
    CHECK(ledger.epochs().full == 10);
    CHECK(ledger.epochs().saved_fraction() == Approx(0.4));
  }
}

TEST_CASE("ledger: an audited trial counts as finished and its extra steps as audit", "[report]") {
  const Ledger ledger =
      ledger_of({bred(id(1)), leased(id(1)), stopped(id(1), 3, true), finished(id(1), {-0.9}, 10),
                 bred(id(2), {{"lr", 0.2}}), leased(id(2)), stopped(id(2), 2),
                 finished(id(2), {-0.1}, 2, Ending::stopped)});
  CHECK(ledger.counts().finished == 1);
  CHECK(ledger.counts().stopped == 1);
  const EpochTotals epochs = ledger.epochs();
  CHECK(epochs.spent == 12);
  CHECK(epochs.audit == 7);
  CHECK(epochs.full == 20);
  CHECK(epochs.saved_fraction() == Approx(1 - 5.0 / 20));
  CHECK(ledger.best()->number == 1);
}

TEST_CASE("ledger: attempts after an audited stop are audit whole", "[report]") {
  const Ledger ledger = ledger_of(
      {bred(id(1)), leased(id(1)), measured(id(1), 5, {{"accuracy", 0.1}}), stopped(id(1), 3, true),
       lost(id(1)), leased(id(1), 2), finished(id(1), {-0.9}, 10, Ending::finished, 2)});
  CHECK(ledger.epochs().spent == 15);
  CHECK(ledger.epochs().audit == 12);
}

TEST_CASE("ledger: a parked trial has not ended, and counts once when it goes on", "[report]") {
  std::vector<Event> events{bred(id(1)), leased(id(1)), measured(id(1), 2, {{"accuracy", 0.1}}),
                            parked(id(1), 2)};
  CHECK(ledger_of(events).counts().parked == 1);
  CHECK(ledger_of(events).counts().running == 1);
  CHECK(is_parked(*ledger_of(events).find(1)));
  events.push_back(leased(id(1), 2));
  CHECK(ledger_of(events).counts().parked == 0);
  events.push_back(measured(id(1), 3, {{"accuracy", 0.2}}, 2));
  events.push_back(parked(id(1), 6, 2));
  events.push_back(parked(id(1), 6, 2));  // told twice
  const Ledger ledger = ledger_of(events);
  CHECK(ledger.counts().parked == 1);
  CHECK(ledger.epochs().spent == 3);
  CHECK(ledger.usage().wall().value == Approx(6));
  CHECK(Ledger::used(*ledger.find(1))->wall.value == Approx(6));
}

TEST_CASE("ledger: a parked trial that is not taken up again ends as stopped", "[report]") {
  Event end = finished(id(1), {-0.1}, 2, Ending::stopped);
  std::get<Finished>(end.what).outcome.usage = {};
  const Ledger ledger =
      ledger_of({bred(id(1)), leased(id(1)), measured(id(1), 2, {{"accuracy", 0.1}}),
                 parked(id(1), 2), stopped(id(1), 2), end});
  CHECK(ledger.counts().parked == 0);
  CHECK(ledger.counts().running == 0);
  CHECK(ledger.counts().stopped == 1);
  CHECK(ledger.epochs().spent == 2);
  CHECK(ledger.usage().wall().value == Approx(3));
  const Savings saved = savings(ledger);
  CHECK(saved.trials == 1);
  CHECK(saved.epochs == 8);
  CHECK(saved.seconds.value == Approx(8));  // two steps took 3 s, 1 s of it start-up
  CHECK_FALSE(saved.joules.has_value());
}

TEST_CASE("savings: start-ups that parking cost are taken off, joules follow", "[report]") {
  Event first = parked(id(1), 2);
  auto& usage = std::get<Parked>(first.what).usage;
  usage.energy.emplace().joules = Joules{30};
  Event second = parked(id(1), 4, 2);
  std::get<Parked>(second.what).usage = usage;
  Event end = finished(id(1), {-0.1}, 4, Ending::stopped, 2);
  std::get<Finished>(end.what).outcome.usage = {};
  const Ledger ledger = ledger_of(
      {bred(id(1)), leased(id(1)), measured(id(1), 2, {{"accuracy", 0.1}}), first, leased(id(1), 2),
       measured(id(1), 4, {{"accuracy", 0.1}}, 2), second, stopped(id(1), 4, false, 2), end});
  const Savings saved = savings(ledger);
  CHECK(saved.epochs == 6);
  CHECK(saved.seconds.value == Approx(4.0 / 4 * 6 - 1));
  REQUIRE(saved.joules.has_value());
  CHECK(saved.joules->value == Approx(60 * 5.0 / 6));
}

namespace {

/// An attempt with a goal that begins at step 1, reports its goal alone, and takes a second for
/// each step and one to start.
std::vector<Event> attempt_to(std::uint64_t trial, std::int32_t number, std::int64_t goal) {
  Event begin = leased(id(trial), number);
  std::get<Leased>(begin.what).attempt.goal = goal;
  return {begin, measured(id(trial), goal, {{"accuracy", 0.1}}, number)};
}

Usage usage_of(std::int64_t steps) {
  Usage usage{.wall = {static_cast<double>(steps + 1)}, .startup = Seconds{1}};
  usage.energy.emplace().joules = Joules{10 * static_cast<double>(steps + 1)};
  return usage;
}

Event paused(std::uint64_t trial, std::int32_t number, std::int64_t step, bool goes_on) {
  Event event = parked(id(trial), step, number);
  std::get<Parked>(event.what).goes_on = goes_on;
  std::get<Parked>(event.what).usage = usage_of(step);
  return event;
}

/// Trial 1 goes 1, 3, 9, 27; trial 2 goes 1, 3 and waits; trial 3 goes 1, loses one, 3, and is
/// ended.
Ledger rerun() {
  Ledger ledger(LedgerOptions{.names = {"accuracy"}, .maximized = 1, .anew = true});
  const auto tell = [&](const std::vector<Event>& events) {
    for (const Event& event : events) {
      ledger.apply(event);
    }
  };
  for (const std::uint64_t trial : {1U, 2U, 3U}) {
    tell({bred(id(trial), {{"lr", 0.1 * static_cast<double>(trial)}}, 27)});
    tell(attempt_to(trial, 1, 1));
    tell({paused(trial, 1, 1, true)});
  }
  for (const auto& [number, goal] : {std::pair{2, 3}, {3, 9}}) {
    tell(attempt_to(1, number, goal));
    tell({paused(1, number, goal, true)});
  }
  tell(attempt_to(1, 4, 27));
  Event end = finished(id(1), {-0.9}, 27, Ending::finished, 4);
  std::get<Finished>(end.what).outcome.usage = usage_of(27);
  tell({end});
  tell(attempt_to(2, 2, 3));
  tell({paused(2, 2, 3, false)});
  tell(attempt_to(3, 2, 2));
  Event gone = lost(id(3), 2);
  std::get<Lost>(gone.what).usage = usage_of(2);
  tell({gone});
  tell(attempt_to(3, 3, 3));
  tell({paused(3, 3, 3, false), stopped(id(3), 3, false, 3)});
  end = finished(id(3), {-0.1}, 3, Ending::stopped, 3);
  std::get<Finished>(end.what).outcome.usage = {};
  tell({end});
  return ledger;
}

}  // namespace

TEST_CASE("ledger: attempts that begin anew cost all their steps", "[report]") {
  const Ledger ledger = rerun();
  CHECK(ledger.epochs().spent == (1 + 3 + 9 + 27) + (1 + 3) + (1 + 2 + 3));
  CHECK(ledger.epochs().full == 3 * 27);
  CHECK(ledger.counts().finished == 1);
  CHECK(ledger.counts().stopped == 1);
  CHECK(ledger.counts().parked == 1);
  const LedgerTrial& first = *ledger.find(1);
  CHECK(first.attempts[0].state == LedgerAttempt::State::reached);
  CHECK(first.attempts[2].goal == 9);
  CHECK_FALSE(first.stop.has_value());
  CHECK(ledger.best() == &first);
}

TEST_CASE("savings: what attempts that begin anew repeat is no saving", "[report]") {
  const Ledger ledger = rerun();
  const Savings whole = savings(*ledger.find(1), true);
  CHECK(whole.trials == 0);
  CHECK(whole.epochs == -(1 + 3 + 9));
  CHECK(whole.seconds.value == Approx(-(2 + 4 + 10)));
  CHECK(whole.joules->value == Approx(-10 * (2 + 4 + 10)));
  CHECK(savings(*ledger.find(2), true) == Savings{});  // it may go on yet
  // 1 + 3 steps of 27; the lost attempt's are no fault of the rule. A step took a second, the
  // start-ups of two attempts came on top, of which one follows a parked one.
  const Savings ended = savings(*ledger.find(3), true);
  CHECK(ended.trials == 1);
  CHECK(ended.epochs == 27 - 4);
  CHECK(ended.seconds.value == Approx(23 - 1));
  CHECK(ended.joules->value == Approx(10 * (23 - 1)));
  const Savings all = savings(ledger);
  CHECK(all.trials == 1);
  CHECK(all.epochs == 23 - 13);
  CHECK(all.seconds.value == Approx(22 - 16));
}

TEST_CASE("ledger: an attempt says whose checkpoint it started from", "[report]") {
  Event begin = leased(id(2));
  std::get<Leased>(begin.what).attempt.inherits_from = id(1);
  const Ledger ledger =
      ledger_of({bred(id(1)), bred(id(2)), begin, measured(id(2), 1, {{"accuracy", 0.1}}),
                 measured(id(2), 2, {{"accuracy", 0.2}}), lost(id(2))});
  CHECK(ledger.find(2)->attempts[0].inherits_from == id(1));
  CHECK(ledger.epochs().spent == 2);
}

TEST_CASE("savings: nothing was saved where nothing was stopped", "[report]") {
  CHECK(savings(ledger_of({})) == Savings{});
  CHECK(savings(ledger_of({bred(id(1)), leased(id(1)), finished(id(1), {-0.5})})) == Savings{});
  CHECK(audit_totals(ledger_of({bred(id(1)), finished(id(1), {-0.5})})) == AuditTotals{});
}

TEST_CASE("audit: a doomed trial that ends among the best tenth is a miss", "[report]") {
  std::vector<Event> events;
  for (std::uint64_t k = 1; k <= 12; ++k) {
    events.push_back(bred(id(k), {{"lr", 0.1 * static_cast<double>(k)}}));
    events.push_back(leased(id(k)));
    if (k == 3 || k == 9) {
      events.push_back(stopped(id(k), 2, true));
    }
    events.push_back(finished(id(k), {k == 3 ? -0.99 : -0.01 * static_cast<double>(k)}));
  }
  CHECK(audit_totals(ledger_of(events)) == AuditTotals{.trials = 2, .misses = 1});
}

TEST_CASE("ledger: savings are unknown where the full length is", "[report]") {
  const Ledger ledger = ledger_of({bred(id(1), {{"lr", 0.1}}, 0), leased(id(1))});
  CHECK_FALSE(ledger.epochs().full.has_value());
  CHECK_FALSE(ledger.epochs().saved_fraction().has_value());
  CHECK(ledger_of({}).epochs().full == 0);
  CHECK_FALSE(ledger_of({}).epochs().saved_fraction().has_value());
}

TEST_CASE("ledger: best is finished, feasible, lowest, then earliest", "[report]") {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(ledger_of({}).best() == nullptr);
  const Ledger ledger =
      ledger_of({bred(id(1)), bred(id(2)), bred(id(3)), bred(id(4)), bred(id(5)), bred(id(6)),
                 finished(id(1), {-0.99}, 3, Ending::stopped),
                 finished(id(2), {-0.98}, 10, Ending::finished, 1, 0.5), finished(id(4), {-0.9}),
                 finished(id(3), {-0.9}), finished(id(5), {nan}), finished(id(6), {-0.8})});
  CHECK(ledger.best()->number == 3);
}

TEST_CASE("ledger: front holds what nothing dominates", "[report]") {
  const Ledger ledger = ledger_of(
      {bred(id(1)), bred(id(2)), bred(id(3)), bred(id(4)), bred(id(5)), finished(id(1), {-0.9, 30}),
       finished(id(2), {-0.9, 40}), finished(id(3), {-0.8, 10}), finished(id(4), {-0.8, 10}),
       finished(id(5), {-0.99, 1}, 3, Ending::stopped)},
      {{"accuracy", "joules"}, 1});
  const std::vector<Front::Point> front = ledger.front();
  REQUIRE(front.size() == 2);
  CHECK(front[0].number == 1);
  CHECK(front[1].number == 3);
  CHECK(ledger.best()->number == 1);
}

TEST_CASE("ledger: the last hop decides where an individual lives", "[report]") {
  std::vector<Event> moves = {migrated(id(1), 0, 1, 1, false), migrated(id(1), 1, 2, 2, true),
                              migrated(id(1), 1, 0, 3, false), migrated(id(1), 1, 2, 2, true)};
  const auto permute = GENERATE(0, 1, 2, 3, 4, 5);
  for (int i = 0; i < permute; ++i) {
    std::next_permutation(moves.begin(), moves.begin() + 3, [](const Event& a, const Event& b) {
      return std::get<Migrated>(a.what).hop < std::get<Migrated>(b.what).hop;
    });
  }
  moves.insert(moves.begin(), bred(id(1)));
  const Ledger ledger = ledger_of(moves);
  CHECK(ledger.islands(*ledger.find(1)) == std::vector{IslandId{0}, IslandId{2}});
  CHECK(ledger.migrations() == 3);
}

TEST_CASE("ledger: a trial that never moved lives where it was bred", "[report]") {
  const Ledger ledger = ledger_of({bred(id(1)), bred(id(2)), migrated(id(2), 0, 3, 1)});
  CHECK(ledger.islands(*ledger.find(1)) == std::vector{IslandId{0}});
  CHECK(ledger.islands(*ledger.find(2)) == std::vector{IslandId{0}, IslandId{3}});
}

TEST_CASE("ledger: who makes room for an immigrant lives nowhere, and no move is counted",
          "[report]") {
  const Ledger ledger =
      ledger_of({bred(id(1)), migrated(id(1), 0, 1, 1), migrated(id(1), 1, -1, 2, false)});
  CHECK(ledger.islands(*ledger.find(1)) == std::vector{IslandId{0}});
  CHECK(ledger.migrations() == 1);
  CHECK(ledger.find(1)->arrivals == std::vector{Arrival{{6.0}, IslandId{0}, IslandId{1}, true}});
}

TEST_CASE("ledger: of two moves with the same hop the one that ends a stay stands", "[report]") {
  const Event came = migrated(id(1), 0, 1, 2);
  const Event left = migrated(id(1), 1, -1, 2, false);
  for (const auto& moves : {std::vector{came, left}, std::vector{left, came}}) {
    const Ledger ledger = ledger_of({bred(id(1)), moves[0], moves[1]});
    CHECK(ledger.islands(*ledger.find(1)) == std::vector{IslandId{0}});
  }
}

TEST_CASE("ledger: repeats are configurations bred twice, whoever bred them", "[report]") {
  const Ledger ledger =
      ledger_of({bred(id(1), {{"lr", 0.1}, {"n", std::int64_t{2}}}),
                 bred(id(1, 1), {{"lr", 0.1}, {"n", std::int64_t{2}}}),
                 bred(id(2), {{"lr", 0.1}, {"n", std::int64_t{3}}}), bred(id(2), {{"lr", 0.1}})});
  CHECK(ledger.repeats() == 1);
}

TEST_CASE("ledger: measurements come back as they were reported, doubles once", "[report]") {
  Measurement full{.step = 3,
                   .metrics = {{"loss", 0.25}, {"accuracy", 0.5}},
                   .phase = "infer",
                   .items = 128,
                   .elapsed = {1.5}};
  full.energy = EnergyReading{.joules = {7.0}};
  const Event event{{1}, Measured{id(1), 1, full}};
  const Ledger ledger = ledger_of({bred(id(1)), measured(id(1), 1, {{"loss", 0.5}}), event, event,
                                   measured(id(1), 3, {{"loss", 0.125}})});
  const std::vector<Measurement> all = ledger.measurements(*ledger.find(1));
  REQUIRE(all.size() == 3);
  CHECK(all[0].metrics == Metrics{{"loss", 0.5}});
  CHECK(all[1] == full);
  CHECK(all[2].metrics == Metrics{{"loss", 0.125}});
}

TEST_CASE("ledger: parameters come back with their types", "[report]") {
  const Params params{
      {"lr", 0.5}, {"layers", std::int64_t{3}}, {"act", std::string("relu")}, {"bias", true}};
  const Ledger ledger = ledger_of({bred(id(1), params), bred(id(2), {{"lr", 0.25}})});
  CHECK(ledger.params(*ledger.find(1)) == params);
  CHECK(ledger.params(*ledger.find(2)) == Params{{"lr", 0.25}});
  CHECK(ledger.param_names() == std::vector<std::string>{"lr", "layers", "act", "bias"});
}

TEST_CASE("ledger: options name the objectives, maximized ones first", "[report]") {
  Study study;
  study.objective.maximize = {"accuracy"};
  study.objective.minimize = {"joules", "seconds"};
  study.trial.checkpoint = GENERATE(false, true);
  const LedgerOptions options = ledger_options(study);
  CHECK(options.anew != study.trial.checkpoint);
  CHECK(options.names == std::vector<std::string>{"accuracy", "joules", "seconds"});
  CHECK(options.maximized == 1);
}

}  // namespace
TEST_CASE("ledger: keeps who proposed what, and what it brought", "[report]") {
  Ledger ledger(LedgerOptions{.names = {"loss"}});
  const auto breed = [&](std::uint64_t counter, const std::string& propagator) {
    Event event = bred(id(counter), {{"lr", 0.001 * static_cast<double>(counter)}});
    std::get<Bred>(event.what).trial.lineage.propagator = propagator;
    ledger.apply(event);
  };
  breed(1, "sample");
  breed(2, "parzen");
  breed(3, "parzen");
  breed(4, "parzen");
  ledger.apply(finished(id(1), {3}));
  ledger.apply(finished(id(2), {2}));
  ledger.apply(finished(id(3), {2.5}));
  ledger.apply(finished(id(4), {1}, 3, Ending::stopped));
  const auto records = ledger.operators();
  REQUIRE(records.size() == 2);
  CHECK(records[0].propagator == "parzen");
  CHECK(records[0].proposed == 3);
  CHECK(records[0].finished == 2);
  CHECK(records[0].stopped == 1);
  CHECK(records[0].improved == 1);
  CHECK(records[0].last == 2);
  CHECK(records[1].improved == 1);
}

TEST_CASE("ledger: ten results fix where the hypervolume is measured from", "[report]") {
  Ledger ledger(LedgerOptions{.names = {"a", "b"}});
  for (std::uint64_t i = 1; i <= 12; ++i) {
    ledger.apply(bred(id(i), {{"lr", 0.001 * static_cast<double>(i)}}));
    CHECK(ledger.reference().empty() == (i <= 10));
    const double x = static_cast<double>(i);
    ledger.apply(finished(id(i), {x, 11 - x}));
  }
  CHECK(ledger.reference()[0] == Approx(10.9));
  CHECK(ledger.reference()[1] == Approx(10.9));
}

}  // namespace evolt
