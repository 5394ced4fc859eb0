#include "service/run/restore.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace evolt {
namespace {

/// Two islands: trial 1 finished on 0 and its copy went to 1; 2 moved from 0 to 1; 3 was stopped; 4
/// failed; 5 never ended.
Ledger eventful() {
  Ledger ledger(LedgerOptions{.names = {"loss"}});
  const auto id = [](std::uint64_t n) { return TrialId{1, 0, n}; };
  for (std::uint64_t n = 1; n <= 5; ++n) {
    Trial trial;
    trial.id = id(n);
    trial.genome = Genome{{0.1 * static_cast<double>(n)}};
    trial.params = {{"x", 0.1 * static_cast<double>(n)}};
    ledger.apply(Event{{}, Bred{trial}});
    ledger.apply(Event{{}, Leased{Attempt{.trial = id(n)}}});
    for (std::int64_t step = 1; step <= 2; ++step) {
      ledger.apply(
          Event{{}, Measured{id(n), 1, Measurement{.step = step, .metrics = {{"loss", 1.0}}}}});
    }
  }
  ledger.apply(Event{{}, Finished{id(1), 1, Outcome{}, {0.1}}});
  ledger.apply(Event{{}, Finished{id(2), 1, Outcome{}, {0.2}}});
  ledger.apply(Event{{}, Finished{id(3), 1, Outcome{.ending = Ending::stopped}, {0.3}}});
  ledger.apply(Event{{}, Finished{id(4), 1, Outcome{.ending = Ending::failed}, {}}});
  ledger.apply(Event{{}, Migrated{id(1), IslandId{0}, IslandId{1}, 1, true}});
  ledger.apply(Event{{}, Migrated{id(2), IslandId{0}, IslandId{1}, 1, false}});
  return ledger;
}

std::map<std::int32_t, std::set<std::uint64_t>> present_after(const std::vector<Memory>& memories) {
  std::map<std::int32_t, std::set<std::uint64_t>> present;
  for (const Memory& memory : memories) {
    if (const auto* moved = std::get_if<Moved>(&memory.message); moved && moved->present) {
      present[index(moved->island)].insert(moved->individual.id.counter);
    }
  }
  return present;
}

}  // namespace

TEST_CASE("restore: everyone lives where they lived", "[service]") {
  const auto present = present_after(
      restore(eventful(), Layout(2, 2), {.outlook = Outlook::of_metric("loss", false)}));
  CHECK(present.at(0) == std::set<std::uint64_t>{1, 3});
  CHECK(present.at(1) == std::set<std::uint64_t>{1, 2});
}

TEST_CASE("restore: where islands learn from all, so do they after a restart", "[service]") {
  for (const bool all : {true, false}) {
    std::set<std::uint64_t> learnt;  // by rank 1, which has island 1
    for (const Memory& memory :
         restore(eventful(), Layout(2, 2),
                 {.outlook = Outlook::of_metric("loss", false), .learns_from_all = all})) {
      const auto* const admitted = std::get_if<Admitted>(&memory.message);
      if (admitted != nullptr && memory.to == RankId{1} && admitted->island == IslandId{0} &&
          !admitted->individual.scores.empty()) {
        learnt.insert(admitted->individual.id.counter);
      }
    }
    std::set<std::uint64_t> born_there;
    const Ledger ledger = eventful();
    for (const LedgerTrial& trial : ledger.trials()) {
      if (trial.island == IslandId{0} && trial.result && !trial.result->scores.empty()) {
        born_there.insert(trial.id.counter);
      }
    }
    CHECK_FALSE(born_there.empty());
    CHECK(learnt == (all ? born_there : std::set<std::uint64_t>()));
  }
}

TEST_CASE("restore: islands that are gone are merged, new ones begin empty", "[service]") {
  const auto merged = present_after(
      restore(eventful(), Layout(1, 1), {.outlook = Outlook::of_metric("loss", false)}));
  CHECK(merged.at(0) == std::set<std::uint64_t>{1, 2, 3});
  const auto grown = present_after(
      restore(eventful(), Layout(3, 3), {.outlook = Outlook::of_metric("loss", false)}));
  CHECK(grown.at(1) == std::set<std::uint64_t>{1, 2});
  CHECK_FALSE(grown.contains(2));
}

TEST_CASE("restore: what never ended is run again once, with the next number", "[service]") {
  std::vector<Retry> retries;
  for (const Memory& memory :
       restore(eventful(), Layout(4, 2), {.outlook = Outlook::of_metric("loss", false)})) {
    if (const auto* retry = std::get_if<Retry>(&memory.message)) {
      retries.push_back(*retry);
    }
  }
  REQUIRE(retries.size() == 1);
  CHECK(retries[0].trial.id.counter == 5);
  CHECK(retries[0].attempt == 2);
  CHECK(retries[0].trial.params.size() == 1);
  const auto lost = losses(eventful(), Seconds{9});
  REQUIRE(lost.size() == 1);
  CHECK(subject(lost[0]).counter == 5);
}

TEST_CASE("restore: every rank knows every curve, in the judged sense", "[service]") {
  std::map<std::int32_t, int> points;
  for (const Memory& memory :
       restore(eventful(), Layout(3, 1), {.outlook = Outlook::of_metric("loss", true)})) {
    if (const auto* progress = std::get_if<Progress>(&memory.message)) {
      ++points[index(memory.to)];
      CHECK(progress->point.value == -1.0);
    }
  }
  CHECK(points == std::map<std::int32_t, int>{{0, 10}, {1, 10}, {2, 10}});
}

TEST_CASE("restore: a failed trial is known, but lives nowhere", "[service]") {
  bool known = false;
  for (const Memory& memory : restore(eventful(), Layout(1, 2), {})) {
    const auto* admitted = std::get_if<Admitted>(&memory.message);
    known = known || (admitted && admitted->individual.id.counter == 4 &&
                      admitted->individual.scores.empty());
  }
  CHECK(known);
}

TEST_CASE("restore: a retry carries what its trial had measured", "[service]") {
  Ledger ledger(LedgerOptions{.names = {"loss"}});
  Trial trial;
  trial.id = TrialId{1, 0, 1};
  ledger.apply(Event{{}, Bred{trial}});
  const auto measure = [&](std::int32_t attempt, std::int64_t step, Metrics metrics) {
    ledger.apply(
        Event{{}, Measured{trial.id, attempt, Measurement{.step = step, .metrics = metrics}}});
  };
  measure(1, 1, {{"loss", 3}, {"size", 7}});
  measure(1, 2, {{"loss", 2}});
  const auto memories =
      restore(ledger, Layout(1, 1), {.outlook = Outlook::of_metric("loss", false)});
  const auto* const retry = std::get_if<Retry>(&memories.back().message);
  REQUIRE(retry != nullptr);
  CHECK(retry->known == Metrics{{"loss", 2}, {"size", 7}});
  CHECK(retry->steps == 2);
  CHECK_FALSE(retry->used.has_value());  // its one attempt still runs
}

TEST_CASE("restore: an attempt that died with the process has used what it last told",
          "[service]") {
  Ledger ledger(LedgerOptions{.names = {"loss"}});
  Trial trial;
  trial.id = TrialId{1, 0, 1};
  ledger.apply(Event{{}, Bred{trial}});
  ledger.apply(Event{{}, Leased{Attempt{.trial = trial.id, .number = 1}}});
  ledger.apply(Event{{}, Lost{trial.id, 1, "drained", Usage{.wall = {20}, .cpu = Seconds{18}}}});
  ledger.apply(Event{{}, Leased{Attempt{.trial = trial.id, .number = 2}}});
  for (const double at : {1.5, 4.0, 7.25}) {
    ledger.apply(Event{{},
                       Measured{trial.id, 2,
                                Measurement{.step = static_cast<std::int64_t>(at),
                                            .metrics = {{"loss", 1}},
                                            .elapsed = {at}}}});
  }
  for (const Event& event : losses(ledger, Seconds{100})) {
    ledger.apply(event);
  }
  CHECK(ledger.trials()[0].attempts[1].usage ==
        Usage{.wall = {7.25}, .startup = Seconds{1.5}, .cpu = {}, .max_rss = {}, .energy = {}});
  const auto memories = restore(ledger, Layout(1, 1),
                                {.outlook = Outlook::of_metric("loss", false), .continues = true});
  const auto* const retry = std::get_if<Retry>(&memories.back().message);
  REQUIRE(retry != nullptr);
  REQUIRE(retry->used);
  CHECK(retry->used->wall == Seconds{27.25});
  CHECK(retry->used->cpu == Seconds{18});
}

TEST_CASE("restore: joules of attempts that ended with the process add up", "[service]") {
  Ledger ledger(LedgerOptions{.names = {"loss"}});
  Trial trial;
  trial.id = TrialId{1, 0, 1};
  ledger.apply(Event{{}, Bred{trial}});
  const auto reading = [](double joules, EnergyLabel label) {
    return EnergyReading{.joules = {joules},
                         .lower = {0.9 * joules},
                         .upper = {1.2 * joules},
                         .label = label,
                         .coverage = 1};
  };
  ledger.apply(Event{{}, Leased{Attempt{.trial = trial.id}}});
  ledger.apply(Event{{},
                     Lost{trial.id, 1, "gone",
                          Usage{.wall = {20}, .energy = reading(200, EnergyLabel::sampled)}}});
  ledger.apply(Event{{}, Leased{Attempt{.trial = trial.id, .number = 2}}});
  for (const int step : {1, 2}) {
    ledger.apply(
        Event{{},
              Measured{trial.id, 2,
                       Measurement{.step = step,
                                   .metrics = {{"loss", 1}},
                                   .elapsed = {5.0 * step},
                                   .energy = reading(50.0 * step, EnergyLabel::counter_shared)}}});
  }
  for (const Event& event : losses(ledger, Seconds{100})) {
    ledger.apply(event);
  }
  const auto memories = restore(ledger, Layout(1, 1),
                                {.outlook = Outlook::of_metric("loss", false), .continues = true});
  const auto* const retry = std::get_if<Retry>(&memories.back().message);
  REQUIRE(retry != nullptr);
  REQUIRE(retry->used);
  REQUIRE(retry->used->energy);
  CHECK(retry->used->energy->joules == Joules{300});
  CHECK(retry->used->energy->lower.value == Approx(270));
  CHECK(retry->used->energy->upper.value == Approx(360));
  CHECK(retry->used->energy->label == EnergyLabel::sampled);
}

TEST_CASE("restore: how long trials took is known to the next start", "[service]") {
  Ledger ledger(LedgerOptions{.names = {"loss"}});
  const auto run = [&](std::uint64_t n, std::int32_t attempt, double wall,
                       std::optional<Ending> ending) {
    Trial trial;
    trial.id = TrialId{1, 0, n};
    ledger.apply(Event{{}, Bred{trial}});
    ledger.apply(Event{{}, Leased{Attempt{.trial = trial.id, .number = attempt}}});
    const Usage usage{.wall = {wall}};
    if (ending) {
      ledger.apply(
          Event{{}, Finished{trial.id, attempt, Outcome{.ending = *ending, .usage = usage}, {}}});
    } else {
      ledger.apply(Event{{}, Lost{trial.id, attempt, "drained", usage}});
    }
  };
  run(1, 1, 10, Ending::finished);
  run(2, 1, 4, Ending::stopped);
  run(3, 1, 22, std::nullopt);
  run(3, 2, 9, std::nullopt);
  run(4, 1, 12, Ending::finished);
  CHECK(trial_times(ledger) ==
        KnownTimes{.ended = {Seconds{10}, Seconds{12}}, .longest_cut = Seconds{22}});
  Seconds longest_cut;
  for (const Memory& memory :
       restore(ledger, Layout(1, 1),
               {.outlook = Outlook::of_metric("loss", false), .continues = true})) {
    if (const auto* const retry = std::get_if<Retry>(&memory.message)) {
      longest_cut = retry->longest_cut;
      CHECK(retry->used->wall == Seconds{31});
    }
  }
  CHECK(longest_cut == Seconds{22});
}

TEST_CASE("restore: goals, audits and what the last attempt used survive", "[service]") {
  const TrialId id{1, 0, 1};
  const Event lost{{}, Lost{id, 2, "killed", Usage{.wall = {7}}}};
  Event waits{{}, Parked{.trial = id, .attempt = 2, .step = 9, .reason = "weak", .usage = {{4}}}};
  const bool continues = GENERATE(false, true);
  const auto retry_after = [&](const std::vector<Event>& rest) {
    Ledger ledger(LedgerOptions{.names = {"loss"}, .anew = !continues});
    ledger.apply(Event{{}, Bred{Trial{.id = id, .genome = Genome{{0.5}}}}});
    ledger.apply(Event{{}, Leased{Attempt{.trial = id, .goal = 3}}});
    ledger.apply(Event{{}, Measured{id, 1, {.step = 3, .metrics = {{"loss", 1.0}}}}});
    ledger.apply(Event{{},
                       Parked{.trial = id,
                              .attempt = 1,
                              .step = 3,
                              .reason = "came to its goal",
                              .forecast = {},
                              .spread = {},
                              .usage = {.wall = {2}},
                              .goes_on = true}});
    for (const Event& event : rest) {
      ledger.apply(event);
    }
    std::vector<Retry> retries;
    for (const Memory& memory :
         restore(ledger, Layout(1, 1),
                 {.outlook = Outlook::of_metric("loss", false), .continues = continues})) {
      if (const auto* retry = std::get_if<Retry>(&memory.message)) {
        retries.push_back(*retry);
      }
    }
    REQUIRE(retries.size() == 1);
    return retries.front();
  };
  const Event second{{}, Leased{Attempt{.trial = id, .number = 2, .goal = 9}}};
  const Retry between = retry_after({});  // it died before the next attempt
  CHECK_FALSE(between.parked.has_value());
  CHECK(between.goal == 0);
  CHECK(between.attempt == 2);
  CHECK(between.steps == 3);
  const Retry again = retry_after({second, lost});
  CHECK(again.goal == 9);
  CHECK(again.used->wall.value == Approx(continues ? 9 : 2));
  CHECK_FALSE(again.audited);
  const Retry waiting = retry_after({second, waits});
  CHECK(waiting.goal == 0);
  CHECK(waiting.parked.has_value());
  CHECK(waiting.used->wall.value == Approx(continues ? 6 : 4));
  const Event audit{
      {}, Stopped{.trial = id, .attempt = 2, .step = 9, .reason = "weak", .audited = true}};
  CHECK(retry_after({second, audit, lost}).audited);
}

}  // namespace evolt
