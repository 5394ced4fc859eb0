#include "benchmarks/search_quality/campaign.hpp"
#include "benchmarks/search_quality/report.hpp"
#include "benchmarks/search_quality/score.hpp"
#include "benchmarks/search_quality/suites.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace evolt;

struct Arguments {
  std::vector<std::string> suites = {"C"};
  std::vector<std::string> propagators = {"default"};
  std::optional<std::int32_t> islands;
  std::int64_t budget = 0;
  std::string data = EVOLT_BENCHMARK_DATA;
  CampaignOptions campaign;
};

void add_options(CLI::App& app, Arguments& arguments) {
  std::string suites = "Suites, comma-separated:";
  for (const SuiteName& suite : suite_names()) {
    suites.append("\n").append(suite.name).append(": ").append(suite.content);
  }
  app.add_option("--suite", arguments.suites, suites)->delimiter(',')->capture_default_str();
  app.add_option("--propagator", arguments.propagators,
                 "Entries of the catalogue, comma-separated; each is measured")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--islands", arguments.islands, "Islands (the study file's default otherwise)");
  app.add_option("--workers", arguments.campaign.workers,
                 "Slots, comma-separated (those of the protocol otherwise)")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  app.add_option("--seeds", arguments.campaign.seeds, "Number of seeds")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--first-seed", arguments.campaign.first_seed, "The first of them")
      ->capture_default_str();
  app.add_option("--budget", arguments.budget, "Leave out checkpoints of more evaluations");
  app.add_option("--jobs", arguments.campaign.jobs, "Searches at once (all processors otherwise)")
      ->check(CLI::PositiveNumber);
  app.add_option("--data", arguments.data, "Directory of the tables")->capture_default_str();
}

std::vector<Problem> problems_of(const Arguments& arguments) {
  std::vector<Problem> problems;
  for (const std::string& name : arguments.suites) {
    for (Problem& problem : suite(name, arguments.data)) {
      if (arguments.budget > 0) {
        std::erase_if(problem.checkpoints, [&](const Checkpoint& checkpoint) {
          return checkpoint.evaluations > arguments.budget;
        });
      }
      if (!problem.checkpoints.empty()) {
        problems.push_back(std::move(problem));
      }
    }
  }
  return problems;
}

int measure(Arguments& arguments) {
  for (const std::string& name : arguments.propagators) {
    arguments.campaign.searchers.push_back({name, arguments.islands});
  }
  const std::vector<Problem> problems = problems_of(arguments);
  const Yardsticks random = yardsticks(problems, arguments.campaign.jobs);
  const std::vector<Run> runs = run_campaign(problems, arguments.campaign);
  std::cout << text_report(make_cells(runs, random), arguments.propagators);
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures how good the configurations are that evolt finds, and how soon"};
  Arguments arguments;
  arguments.campaign.jobs = std::max(1U, std::thread::hardware_concurrency());
  add_options(app, arguments);
  CLI11_PARSE(app, argc, argv);
  try {
    return measure(arguments);
  } catch (const std::exception& error) {
    std::cerr << "search_quality: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
