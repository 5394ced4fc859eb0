#include "lone_rank.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <deque>
#include <limits>
#include <map>

namespace evolt::test {

TEST_CASE("rank: a freed slot is filled at once, until the budget is used", "[islands]") {
  LoneRank bench(3);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(bench.started.size() == static_cast<std::size_t>(i + 1));
    CHECK_FALSE(bench.rank.ending().has_value());
    bench.end(scored(0.5));
  }
  CHECK(bench.started.size() == 3);
  REQUIRE(bench.rank.ending().has_value());
  CHECK(bench.rank.ending()->reason == EndReason::complete);
  CHECK(bench.rank.done());
}

TEST_CASE("rank: scores are smaller-is-better inside", "[islands]") {
  LoneRank bench;
  bench.end(scored(0.75));
  const auto finished = bench.all<Finished>();
  REQUIRE(finished.size() == 1);
  CHECK(finished[0].scores == std::vector<double>{-0.75});
  CHECK(bench.rank.islands()[0].living().size() == 1);
}

TEST_CASE("rank: what is not open changes nothing", "[islands]") {
  LoneRank bench;
  const TrialId id = bench.last().trial.id;
  const std::size_t before = bench.events.size();
  bench.rank.on_outcome(id, 2, scored(1));
  bench.rank.on_outcome(TrialId{9, 9, 9}, 1, scored(1));
  bench.rank.on_lost(id, 7, "x", {});
  CHECK_FALSE(bench.rank.on_measurement(id, 3, Measurement{.step = 1}).stops());
  bench.collect();
  CHECK(bench.events.size() == before);
  bench.end(scored(1));
  bench.rank.on_outcome(id, 1, scored(1));
  bench.collect();
  CHECK(bench.all<Finished>().size() == 1);
}

TEST_CASE("rank: a finished trial without its objective failed", "[islands]") {
  LoneRank bench;
  bench.end(Outcome{.metrics = {{"other", 1}}});
  bench.end(Outcome{.metrics = {{"acc", std::numeric_limits<double>::quiet_NaN()}}});
  const auto finished = bench.all<Finished>();
  REQUIRE(finished.size() == 2);
  CHECK(finished[0].outcome.ending == Ending::failed);
  CHECK(finished[0].outcome.failure == Failure::no_result);
  CHECK(finished[0].outcome.reason.find("acc") != std::string::npos);
  CHECK(finished[1].outcome.failure == Failure::not_finite);
  CHECK(bench.rank.islands()[0].living().empty());
  // Engines keep away from both.
  CHECK(bench.rank.islands()[0].archive().failures() == 2);
}

TEST_CASE("rank: the island learns of what failed on another rank", "[islands]") {
  LoneRank bench;
  Individual individual{.id = {1, 1, 5}, .genome = Genome{{0.25}}};
  individual.lineage.propagator = "parzen";
  bench.rank.on_message(RankId{1}, Admitted{IslandId{0}, individual});
  const Archive& archive = bench.rank.islands()[0].archive();
  REQUIRE(archive.failed().size() == 1);
  CHECK(archive.failed()[0].genes == std::vector<double>{0.25});
  CHECK(archive.size() == 0);
}

TEST_CASE("rank: a start point of an earlier start did not fail, and is not bred again",
          "[islands]") {
  LoneRank bench(3, {{"x", IntDomain{.low = 1, .high = 2}, {}}});
  const bool first = bench.last().trial.params.front().second == Value(std::int64_t{1});
  const Params other{{"x", std::int64_t{first ? 2 : 1}}};
  bench.rank.on_message(
      RankId{0},
      Admitted{IslandId{0}, Individual{.id = {1, 0, 9}, .genome = bench.encoding.encode(other)}});
  CHECK(bench.rank.islands()[0].archive().failures() == 0);
  bench.end(scored(1));
  CHECK(bench.started.size() == 1);
  CHECK(bench.rank.ending()->reason == EndReason::exhausted);
}

TEST_CASE("rank: gives up when the first trials fail without a report", "[islands]") {
  LoneRank bench;
  const Outcome crash{.ending = Ending::failed,
                      .failure = Failure::exit_code,
                      .reason = "exit code 1",
                      .last_lines = {"ModuleNotFoundError: torch"}};
  bench.end(crash);
  bench.end(crash);
  CHECK_FALSE(bench.rank.ending().has_value());
  bench.end(crash);
  REQUIRE(bench.rank.ending().has_value());
  CHECK(bench.rank.ending()->reason == EndReason::failed);
  CHECK(bench.rank.ending()->text.find("ModuleNotFoundError") != std::string::npos);
}

TEST_CASE("rank: a report that another rank had shows that the command works", "[islands]") {
  LoneRank bench;
  const TrialId elsewhere{1, 1, 1};
  SECTION("a step") {
    bench.rank.on_message(RankId{1}, Progress{elsewhere, {1, 0.5, {}, {}}});
  }
  SECTION("a result") {
    bench.rank.on_message(RankId{1},
                          Admitted{IslandId{0}, Individual{.id = elsewhere,
                                                           .genome = Genome{{0.5}},
                                                           .scores = {0.5},
                                                           .lineage = {.propagator = "random"}}});
  }
  for (int i = 0; i < 6; ++i) {
    bench.end(Outcome{.ending = Ending::failed, .failure = Failure::signal});
  }
  CHECK_FALSE(bench.rank.ending().has_value());
}

TEST_CASE("rank: failures after a report do not end the study", "[islands]") {
  LoneRank bench;
  bench.rank.on_measurement(bench.last().trial.id, 1,
                            Measurement{.step = 1, .metrics = {{"acc", 0.1}}});
  for (int i = 0; i < 6; ++i) {
    bench.end(Outcome{.ending = Ending::failed, .failure = Failure::signal});
  }
  CHECK_FALSE(bench.rank.ending().has_value());
}

TEST_CASE("rank: a halt stops what runs and keeps it for the next start", "[islands]") {
  LoneRank bench;
  const TrialId id = bench.last().trial.id;
  bench.rank.halt(EndReason::interrupted, "signal 15");
  bench.collect();
  REQUIRE(bench.stops.size() == 1);
  CHECK(bench.stops[0].trial == id);
  CHECK_FALSE(bench.rank.done());
  bench.end(Outcome{.ending = Ending::stopped});
  CHECK(bench.rank.done());
  CHECK(bench.all<Lost>().size() == 1);
  CHECK(bench.all<Finished>().empty());
  CHECK(bench.started.size() == 1);
}

TEST_CASE("rank: a small space ends the study when it is used up", "[islands]") {
  LoneRank bench(100, {{"n", IntDomain{.low = 1, .high = 4}, {}}});
  for (int i = 0; i < 4; ++i) {
    REQUIRE_FALSE(bench.rank.ending().has_value());
    bench.end(scored(i));
  }
  CHECK(bench.started.size() == 4);
  REQUIRE(bench.rank.ending().has_value());
  CHECK(bench.rank.ending()->reason == EndReason::exhausted);
}

TEST_CASE("rank: any number of busy slots comes to the end of the budget", "[islands]") {
  const std::int32_t slots = GENERATE(1, 2, 3, 4, 5, 8, 13);
  ManualClock clock;
  const Encoding encoding(SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}}));
  RankPlan plan = LoneRank(0).plan(0);
  plan.propagators = {make_propagator("random", encoding)};
  plan.slots = slots;
  plan.credits = 20;
  Rank rank(plan, encoding, clock);
  rank.begin();
  std::deque<TrialId> running;
  std::size_t started = 0;
  for (int i = 0; i < 20; ++i) {
    for (const Action& action : rank.take_actions()) {
      if (const auto* start = std::get_if<StartAttempt>(&action)) {
        running.push_back(start->trial.id);
        ++started;
      }
    }
    REQUIRE_FALSE(running.empty());
    rank.on_outcome(running.front(), 1, scored(0.5));
    running.pop_front();
  }
  CHECK(started == 20);
  REQUIRE(rank.ending().has_value());
  CHECK(rank.ending()->reason == EndReason::complete);
}

TEST_CASE("rank: a pause calls back what other ranks may still breed", "[islands]") {
  LoneRank bench;
  RankPlan plan = bench.plan(40);
  plan.layout = Layout(2, 1);
  Rank rank(plan, bench.encoding, bench.clock);
  rank.begin();
  rank.on_message(RankId{1}, CreditAsk{4});
  static_cast<void>(rank.take_actions());
  const auto sent = [&rank](const Message& wanted) {
    int count = 0;
    for (const Action& action : rank.take_actions()) {
      const auto* const send = std::get_if<SendMessage>(&action);
      count += send != nullptr && send->to == RankId{1} && send->message == wanted ? 1 : 0;
      const auto* const tell = std::get_if<BroadcastMessage>(&action);
      count += tell != nullptr && !tell->island && tell->message == wanted ? 1 : 0;
    }
    return count;
  };
  rank.pause(true);
  CHECK(sent(CreditRecall{}) == 1);
  rank.on_message(RankId{1}, CreditReturn{4});
  rank.on_message(RankId{1}, CreditAsk{2});
  CHECK(sent(CreditGrant{2}) == 0);
  rank.pause(false);
  CHECK(sent(CreditGrant{2}) == 1);
}

TEST_CASE("rank: with noise leaders are evaluated again and ranked by their means", "[islands]") {
  LoneRank bench(0);
  RankPlan plan = bench.plan(200);
  plan.noise = true;
  Rank rank(plan, bench.encoding, bench.clock);
  rank.begin();
  Rng rng{4};
  std::map<TrialId, std::vector<double>> told;  // by root
  int again = 0;
  while (!rank.ending()) {
    std::vector<StartAttempt> started;
    for (const Action& action : rank.take_actions()) {
      if (const auto* start = std::get_if<StartAttempt>(&action)) {
        started.push_back(*start);
      }
    }
    REQUIRE(started.size() == 1);
    const Trial& trial = started[0].trial;
    const bool replicate = trial.lineage.propagator == kReplicate;
    again += replicate ? 1 : 0;
    const double accuracy = std::get<double>(*find(trial.params, "x")) + 0.3 * rng.normal();
    told[replicate ? trial.lineage.parents.front() : trial.id].push_back(-accuracy);
    rank.on_outcome(trial.id, 1, Outcome{.metrics = {{"acc", accuracy}}, .steps = 5});
  }
  CHECK(again > 20);
  CHECK(again <= 50);  // at most every fourth
  for (const Individual* const individual : rank.islands()[0].living()) {
    const std::vector<double>& scores = told.at(individual->id);
    double sum = 0;
    for (const double score : scores) {
      sum += score;
    }
    CHECK(individual->scores.front() == Approx(sum / static_cast<double>(scores.size())));
  }
}

}  // namespace evolt::test
