// Whole studies of 4 to 10,000 ranks in virtual time: docs/scaling.md says what is real in them and
// what a model. benchmarks/scaling builds and runs this.
#include "core/config_error.hpp"
#include "scaling_costs.hpp"
#include "service/scaling/simulation.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace evolt;

struct Arguments {
  std::vector<std::int32_t> ranks = {4, 16, 64, 256, 1024, 4096, 10000};
  std::int32_t islands = 0;
  std::int64_t trials_per_rank = 10;
  double trial_seconds = 1;
  double sigma = 1;
  std::string fabric = "infiniband-sdr";
  std::string propagator = "evolution";
  std::string learn_from = "island";
  std::string landscape = "rastrigin";
  double target = 60;
  std::uint64_t seed = 1;
  bool json = false;
  bool calibrate = false;
};

/// 32 ranks to an island where none was asked for.
std::int32_t islands_for(const Arguments& arguments, std::int32_t ranks) {
  return arguments.islands > 0 ? arguments.islands : std::max(1, (ranks + 16) / 32);
}

int run(const Arguments& arguments) {
  const auto fabric = find_fabric(arguments.fabric);
  if (!fabric) {
    std::cerr << "scaling: there is no fabric \"" << arguments.fabric << "\"; known:";
    for (const Fabric& one : fabrics()) {
      std::cerr << ' ' << one.name;
    }
    std::cerr << '\n';
    return EXIT_FAILURE;
  }
  if (!arguments.json) {
    std::cout << "fabric " << fabric->name << ": " << fabric->source << '\n' << head_of_rows();
  }
  bool whole = true;
  for (const std::int32_t ranks : arguments.ranks) {
    SimulationOptions options;
    options.ranks = ranks;
    options.islands = islands_for(arguments, ranks);
    options.trials_per_rank = arguments.trials_per_rank;
    options.trial = {arguments.trial_seconds};
    options.sigma = arguments.sigma;
    options.propagator = arguments.propagator;
    options.learn_from = arguments.learn_from;
    options.landscape = arguments.landscape == "sphere" ? Landscape::sphere : Landscape::rastrigin;
    options.target = arguments.target;
    options.seed = arguments.seed;
    options.fabric = *fabric;
    options.costs = usual_costs(arguments.propagator);
    const SimulationReport report = simulate(options);
    std::cout << (arguments.json ? json_of(report) + '\n' : row_of(report)) << std::flush;
    whole = whole && report.whole;
  }
  return whole ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Studies of many ranks in virtual time"};
  Arguments arguments;
  app.add_option("--ranks", arguments.ranks, "One study for each")->delimiter(',');
  app.add_option("--islands", arguments.islands, "One for every 32 ranks otherwise");
  app.add_option("--trials-per-rank", arguments.trials_per_rank)->check(CLI::PositiveNumber);
  app.add_option("--trial-seconds", arguments.trial_seconds, "Mean")->check(CLI::PositiveNumber);
  app.add_option("--sigma", arguments.sigma, "Of the logarithm of a trial's time");
  app.add_option("--fabric", arguments.fabric, "The network");
  app.add_option("--propagator", arguments.propagator, "An entry of the catalogue");
  app.add_option("--learn-from", arguments.learn_from)->check(CLI::IsMember({"all", "island"}));
  app.add_option("--objective", arguments.landscape)->check(CLI::IsMember({"rastrigin", "sphere"}));
  app.add_option("--target", arguments.target, "The value whose time is told");
  app.add_option("--seed", arguments.seed);
  app.add_flag("--json", arguments.json, "One object a line");
  app.add_flag("--calibrate", arguments.calibrate, "Measures the processor's costs here instead");
  CLI11_PARSE(app, argc, argv);
  try {
    return arguments.calibrate ? calibrate(arguments.propagator) : run(arguments);
  } catch (const ConfigError& error) {
    std::cerr << "scaling: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
