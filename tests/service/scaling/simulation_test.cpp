#include "service/scaling/simulation.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>

namespace evolt {
namespace {

SimulationOptions small(std::int32_t ranks, std::int32_t islands) {
  SimulationOptions options;
  options.ranks = ranks;
  options.islands = islands;
  options.trials_per_rank = 6;
  options.propagator = "evolution";
  options.fabric = *find_fabric("infiniband-sdr");
  options.costs = usual_costs("evolution");
  return options;
}

}  // namespace

TEST_CASE("simulation: the same seed gives the same figures", "[service]") {
  SimulationOptions options = small(16, 4);
  const std::string first = json_of(simulate(options));
  CHECK(json_of(simulate(options)) == first);
  options.seed = 2;
  CHECK(json_of(simulate(options)) != first);
}

TEST_CASE("simulation: every trial of the budget is bred, recorded and counted once", "[service]") {
  const std::int32_t ranks = GENERATE(1, 2, 5, 33);
  const std::int32_t islands = GENERATE(1, 3);
  SimulationOptions options = small(ranks, islands);
  options.learn_from = GENERATE("all", "island");
  const SimulationReport report = simulate(options);
  CHECK(report.whole);
  CHECK(report.bred == options.trials_per_rank * ranks);
  CHECK(report.results == report.bred);
  CHECK(report.efficiency > 0.95);
  CHECK(report.efficiency <= 1);
  CHECK(report.staleness_p99 < Seconds{0.2});
}

TEST_CASE("simulation: the default search runs in it", "[service]") {
  SimulationOptions options = small(8, 2);
  options.propagator = "default";
  const SimulationReport report = simulate(options);
  CHECK(report.whole);
  CHECK(report.reached.has_value() == (report.best <= options.target));
}

TEST_CASE("simulation: a rank handles at most 2 log2(ranks per island) messages for a result",
          "[service]") {
  SimulationOptions options = small(128, 4);
  options.learn_from = GENERATE("all", "island");
  const SimulationReport report = simulate(options);
  REQUIRE(report.whole);
  const double bound = 2 * std::log2(32);
  CHECK(report.messages_mean <= bound);
  CHECK(report.messages_most <= bound);
  CHECK(report.messages_recorder <= bound);
}

TEST_CASE("simulation: trials too short for rank 0 show in its loads", "[service]") {
  SimulationOptions options = small(64, 2);
  options.trials_per_rank = 50;
  options.trial = {0.0005};
  const SimulationReport report = simulate(options);
  CHECK(report.whole);
  CHECK(report.efficiency < 0.5);
  CHECK(report.loads.front().what == "loop of rank 0");
  CHECK(report.loads.front().share > 0.5);
}

}  // namespace evolt
