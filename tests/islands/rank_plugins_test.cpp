#include "estimators/catalogue.hpp"
#include "islands/rank.hpp"
#include "propagator/catalogue.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

struct BenchOptions {
  std::int32_t slots = 1;
  std::int64_t credits = 20;
  std::vector<Params> start;
  Domain domain = FloatDomain{.low = 0, .high = 1};
};

/// One rank whose island has a plug-in, and what the rank did.
struct Bench {
  explicit Bench(const BenchOptions& options = {})
      : encoding(SearchSpace({{"x", options.domain, {}}})), rank(plan(options), encoding, clock) {
    rank.begin();
    collect();
  }

  RankPlan plan(const BenchOptions& options) const {
    return RankPlan{.self = RankId{0},
                    .slots = options.slots,
                    .credits = options.credits,
                    .fidelity = Fidelity{"epoch", 5},
                    .objective = Objective(ObjectiveOptions{.names = {"loss"}}),
                    .estimator = make_estimator("none", {}),
                    .topology = make_topology("ring", {}),
                    .propagators = {make_propagator("random", encoding)},
                    .plugins = {"plugin"},
                    .start = options.start};
  }

  void collect() {
    for (Action& action : rank.take_actions()) {
      if (auto* start = std::get_if<StartAttempt>(&action)) {
        started.push_back(std::move(*start));
      } else if (auto* ask = std::get_if<AskSuggestion>(&action)) {
        asks.push_back(ask->ask);
      } else if (auto* told = std::get_if<TellStarted>(&action)) {
        told_started.push_back(std::move(*told));
      } else if (auto* result = std::get_if<TellResult>(&action)) {
        results.push_back(std::move(*result));
      }
    }
  }

  absl::Status answer(std::int64_t ask, const std::optional<Params>& suggestion) {
    absl::Status status = rank.on_suggestion(ask, suggestion);
    collect();
    return status;
  }

  void end(const Trial& trial, const Outcome& outcome) {
    rank.on_outcome(trial.id, 1, outcome);
    collect();
  }

  ManualClock clock;
  Encoding encoding;
  Rank rank;
  std::vector<StartAttempt> started;
  std::vector<std::int64_t> asks;
  std::vector<TellStarted> told_started;
  std::vector<TellResult> results;
};

Params x(double value) {
  return {{"x", value}};
}

Outcome loss(double value) {
  return Outcome{.metrics = {{"loss", value}, {"more", 7}}, .steps = 5};
}

}  // namespace

TEST_CASE("rank with a plug-in: a free slot asks, and what is suggested runs", "[islands]") {
  Bench bench;
  REQUIRE(bench.asks == std::vector<std::int64_t>{1});
  CHECK(bench.started.empty());
  CHECK(bench.rank.free_slots() == 0);
  CHECK(bench.answer(1, x(0.25)).ok());
  REQUIRE(bench.started.size() == 1);
  CHECK(bench.started[0].trial.params == x(0.25));
  CHECK(bench.started[0].trial.lineage.propagator == "plugin");
  REQUIRE(bench.told_started.size() == 1);
  CHECK(bench.told_started[0].ask == 1);
  CHECK(bench.told_started[0].trial.id == bench.started[0].trial.id);
  CHECK(bench.asks.size() == 1);
}

TEST_CASE("rank with a plug-in: without an answer the propagator breeds", "[islands]") {
  Bench bench;
  CHECK(bench.answer(1, std::nullopt).ok());
  REQUIRE(bench.started.size() == 1);
  CHECK(bench.started[0].trial.lineage.propagator == "immigrant");
  CHECK(bench.told_started.at(0).ask == 0);
}

TEST_CASE("rank with a plug-in: what cannot be is said, and the propagator breeds", "[islands]") {
  Bench bench;
  const absl::Status outside = bench.answer(1, x(2));
  CHECK(absl::IsInvalidArgument(outside));
  CHECK(std::string(outside.message()).find("x = 2 is outside [0, 1]") != std::string::npos);
  bench.end(bench.started.at(0).trial, loss(1));
  CHECK(absl::IsInvalidArgument(bench.answer(2, Params{})));
  bench.end(bench.started.at(1).trial, loss(1));
  CHECK(bench.answer(3, x(0.5)).ok());
  bench.end(bench.started.at(2).trial, loss(1));
  CHECK(absl::IsAlreadyExists(bench.answer(4, x(0.5))));
  CHECK(bench.started.size() == 4);
  CHECK(bench.started[3].trial.lineage.propagator == "immigrant");
}

TEST_CASE("rank with a plug-in: answers that nobody waits for change nothing", "[islands]") {
  Bench bench;
  CHECK(absl::IsNotFound(bench.answer(7, x(0.5))));
  CHECK(bench.answer(1, x(0.5)).ok());
  CHECK(absl::IsNotFound(bench.answer(1, x(0.75))));
  CHECK(bench.started.size() == 1);
}

TEST_CASE("rank with a plug-in: points that were given come first, unasked", "[islands]") {
  Bench bench({.slots = 3, .start = {x(0.1), x(0.2)}});
  REQUIRE(bench.started.size() == 2);
  CHECK(bench.started[0].trial.lineage.propagator == "start");
  CHECK(bench.asks == std::vector<std::int64_t>{1});
}

TEST_CASE("rank with a plug-in: answers may come in any order, and the budget is exact",
          "[islands]") {
  Bench bench({.slots = 4, .credits = 10});
  std::size_t answered = 0;
  std::size_t ended = 0;
  while (!bench.rank.done()) {
    REQUIRE((answered < bench.asks.size() || ended < bench.started.size()));
    if (answered < bench.asks.size()) {
      const std::size_t waiting = bench.asks.size() - answered;
      std::reverse(bench.asks.end() - static_cast<std::ptrdiff_t>(waiting), bench.asks.end());
      const std::int64_t ask = bench.asks[answered++];
      CHECK(bench.answer(ask, ask % 2 == 0 ? std::optional(x(0.01 * double(ask))) : std::nullopt)
                .ok());
    } else {
      bench.end(bench.started[ended].trial, loss(double(ended)));
      ++ended;
    }
  }
  CHECK(bench.started.size() == 10);
  CHECK(bench.asks.size() == 10);
  CHECK(bench.rank.ending()->reason == EndReason::complete);
}

TEST_CASE("rank with a plug-in: the end of a run does not wait for it", "[islands]") {
  Bench bench({.slots = 2});
  CHECK(!bench.rank.done());
  bench.rank.halt(EndReason::interrupted, "signal 15");
  CHECK(bench.rank.done());
  CHECK(bench.rank.free_slots() == 2);
  CHECK(absl::IsNotFound(bench.answer(1, x(0.5))));
  CHECK(bench.started.empty());
}

TEST_CASE("rank with a plug-in: an answer waits while the disk is full", "[islands]") {
  Bench bench;
  bench.rank.pause(true);
  CHECK(bench.answer(1, x(0.5)).ok());
  CHECK(bench.started.empty());
  bench.rank.pause(false);
  bench.collect();
  REQUIRE(bench.started.size() == 1);
  CHECK(bench.started[0].trial.params == x(0.5));
}

TEST_CASE("rank with a plug-in: a space that is used up ends the study", "[islands]") {
  Bench bench({.slots = 2, .domain = IntDomain{.low = 1, .high = 3}});
  std::size_t answered = 0;
  std::size_t ended = 0;
  while (!bench.rank.done()) {
    REQUIRE((answered < bench.asks.size() || ended < bench.started.size()));
    if (answered < bench.asks.size()) {
      static_cast<void>(bench.answer(bench.asks[answered++], Params{{"x", std::int64_t{2}}}));
    } else {
      bench.end(bench.started[ended++].trial, loss(1));
    }
  }
  CHECK(bench.started.size() == 3);
  CHECK(bench.rank.ending()->reason == EndReason::exhausted);
}

TEST_CASE("rank with a plug-in: it hears what became of each trial of its island", "[islands]") {
  Bench bench;
  CHECK(bench.answer(1, x(0.5)).ok());
  bench.end(bench.started.at(0).trial, loss(3));
  REQUIRE(bench.results.size() == 1);
  CHECK(bench.results[0].individual.scores == std::vector<double>{3});
  CHECK(find(bench.results[0].metrics, "more") == 7);
  CHECK(bench.answer(2, x(0.25)).ok());
  bench.end(bench.started.at(1).trial,
            Outcome{.ending = Ending::failed, .failure = Failure::exit_code});
  REQUIRE(bench.results.size() == 2);
  CHECK(bench.results[1].individual.scores.empty());
}

TEST_CASE("rank with a plug-in: it hears of results elsewhere and of who comes", "[islands]") {
  Bench bench;
  const Individual other{.id = {1, 1, 5},
                         .genome = Genome{{0.25}},
                         .scores = {2},
                         .lineage = {.propagator = "parzen", .parents = {}}};
  bench.rank.on_message(RankId{1}, Admitted{IslandId{0}, other});
  Individual migrant = other;
  migrant.id.counter = 6;
  const Moved came{IslandId{0}, migrant, 1, true, RankId{0}};
  bench.rank.on_message(RankId{1}, came);
  bench.rank.on_message(RankId{1}, came);
  Moved left = came;
  left.hop = 2;
  left.present = false;
  bench.rank.on_message(RankId{1}, left);
  // A start point of an earlier start is no result.
  bench.rank.on_message(
      RankId{0}, Admitted{IslandId{0}, Individual{.id = {1, 0, 1}, .genome = Genome{{0.75}}}});
  bench.collect();
  REQUIRE(bench.results.size() == 2);
  CHECK(bench.results[0].individual == other);
  CHECK(bench.results[1].individual == migrant);
}

}  // namespace evolt
