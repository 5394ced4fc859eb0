#include "estimators/catalogue.hpp"
#include "islands/rank.hpp"
#include "propagator/immigrant.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <vector>

namespace evolt {
namespace {

using Heard = std::map<TrialId, int>;

/// Breeds strangers, and notes of whom it hears.
struct Listener {
  std::shared_ptr<Heard> heard;

  std::string_view name() const { return "listener"; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const {
    return Immigrant().breed(ground, parents, rng);
  }
  void observe(const Individual& individual) const { ++(*heard)[individual.id]; }
};

/// One of `ranks` ranks of a study with two islands.
struct Bench {
  Bench(std::int32_t self, std::int32_t ranks, bool learns_from_all)
      : encoding(SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}})),
        heard{std::make_shared<Heard>(), std::make_shared<Heard>()},
        rank(RankPlan{.self = RankId{self},
                      .layout = Layout(ranks, 2),
                      .slots = 1,
                      .credits = 40,
                      .fidelity = Fidelity{"step", 1},
                      .objective = Objective(ObjectiveOptions{.names = {"loss"}}),
                      .estimator = make_estimator("none", {}),
                      .learns_from_all = learns_from_all,
                      .topology = make_topology("ring", {.probability = 1}),
                      .propagators = listeners(self, ranks)},
             encoding, clock) {
    rank.begin();
  }

  /// One for each island of the rank.
  std::vector<Propagator> listeners(std::int32_t self, std::int32_t ranks) const {
    std::vector<Propagator> listeners;
    const Layout layout(ranks, 2);
    for (const IslandId island : layout.islands_of(RankId{self})) {
      listeners.emplace_back(Listener{heard[static_cast<std::size_t>(index(island))]});
    }
    return listeners;
  }

  /// Takes actions; ends every attempt that was started.
  void run() {
    for (auto actions = rank.take_actions(); !actions.empty(); actions = rank.take_actions()) {
      for (const Action& action : actions) {
        if (const auto* start = std::get_if<StartAttempt>(&action)) {
          bred[index(start->trial.island)].push_back(start->trial.id);
          const double loss = 1.0 / static_cast<double>(start->trial.id.counter);
          rank.on_outcome(start->trial.id, 1, Outcome{.metrics = {{"loss", loss}}, .steps = 1});
        } else if (const auto* tell = std::get_if<BroadcastMessage>(&action)) {
          told.push_back(*tell);
        }
      }
    }
  }

  ManualClock clock;
  Encoding encoding;
  std::vector<std::shared_ptr<Heard>> heard;  ///< by island
  Rank rank;
  std::map<std::int32_t, std::vector<TrialId>> bred;  ///< by island
  std::vector<BroadcastMessage> told;
};

Individual stranger() {
  return Individual{.id = TrialId{1, 0, 77},
                    .genome = Genome{{0.25}},
                    .scores = {0.5},
                    .lineage = {.propagator = "elsewhere", .parents = {}}};
}

}  // namespace

TEST_CASE("learning: every island hears of every result once, wherever it travels", "[islands]") {
  Bench bench(0, 1, true);
  bench.run();
  CHECK(bench.bred[0].size() == 20);
  CHECK(bench.bred[1].size() == 20);
  for (const auto& heard : bench.heard) {
    CHECK(heard->size() == 40);
    for (const auto& [id, times] : *heard) {
      CHECK(times == 1);
    }
  }
}

TEST_CASE("learning: islands that keep apart hear of their own and of immigrants", "[islands]") {
  Bench bench(0, 1, false);
  bench.run();
  for (std::int32_t island = 0; island < 2; ++island) {
    const Heard& heard = *bench.heard[static_cast<std::size_t>(island)];
    CHECK(heard.size() < 40);
    CHECK(heard.size() > 20);  // immigrants too
    for (const TrialId& own : bench.bred[island]) {
      CHECK(heard.contains(own));
    }
  }
}

TEST_CASE("learning: a result of another island is learnt, but lives there alone", "[islands]") {
  for (const bool all : {true, false}) {
    Bench bench(1, 2, all);  // hosts island 1
    bench.rank.on_message(RankId{0}, Admitted{IslandId{0}, stranger()});
    CHECK(bench.heard[1]->size() == (all ? 1 : 0));
    REQUIRE(bench.rank.islands().size() == 1);
    CHECK(bench.rank.islands()[0].archive().size() == 0);
    // It comes as an immigrant later.
    bench.rank.on_message(RankId{0}, Moved{IslandId{1}, stranger(), 1, true, RankId{1}});
    CHECK(bench.rank.islands()[0].archive().size() == 1);
    CHECK(bench.heard[1]->at(stranger().id) == 1);
  }
}

TEST_CASE("learning: results go to all ranks, or to those of the island", "[islands]") {
  for (const bool all : {true, false}) {
    Bench bench(0, 2, all);
    bench.run();
    std::size_t told = 0;
    for (const BroadcastMessage& message : bench.told) {
      if (std::holds_alternative<Admitted>(message.message)) {
        ++told;
        CHECK(message.island.has_value() != all);
      }
    }
    CHECK(told == (all ? bench.bred[0].size() : 0));
  }
}

TEST_CASE("learning: one that failed teaches nothing", "[islands]") {
  Bench bench(1, 2, true);
  Individual failed = stranger();
  failed.scores.clear();
  bench.rank.on_message(RankId{0}, Admitted{IslandId{0}, failed});
  CHECK(bench.heard[1]->empty());
}

}  // namespace evolt
