#include "benchmarks/search_quality/campaign.hpp"
#include "benchmarks/search_quality/peers.hpp"
#include "benchmarks/search_quality/report.hpp"
#include "benchmarks/search_quality/rows.hpp"
#include "benchmarks/search_quality/score.hpp"
#include "benchmarks/search_quality/suites.hpp"
#include "benchmarks/search_quality/warm_start.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace evolt;

constexpr const char* kEarlier = "earlier ";

struct Arguments {
  std::vector<std::string> suites = {"C"};
  std::vector<std::string> propagators = {"default"};
  std::vector<std::string> against;
  bool report = false;
  bool warm_start = false;
  bool brief = false;
  std::vector<std::string> settings;
  std::vector<std::string> leave_out;
  std::int64_t budget = 0;
  std::string data = EVOLT_BENCHMARK_DATA;
  std::string earlier;
  std::string peers;
  std::string pools;
  bool rows_once = false;
  std::string json;
  CampaignOptions campaign;
};

void add_what(CLI::App& app, Arguments& arguments) {
  std::string suites = "Suites, comma-separated:";
  for (const SuiteName& suite : suite_names()) {
    suites.append("\n").append(suite.name).append(": ").append(suite.content);
  }
  CLI::Option* const chosen =
      app.add_option("--suite", arguments.suites, suites)->delimiter(',')->capture_default_str();
  CLI::Option* const report =
      app.add_flag("--report", arguments.report, "All suites")->excludes(chosen);
  app.add_flag("--warm-start", arguments.warm_start,
               "Instead: searches of the tables of --pools that know of another table's study")
      ->excludes(chosen)
      ->excludes(report);
  CLI::Option* const propagators =
      app.add_option("--propagator", arguments.propagators,
                     "Entries of the catalogue, comma-separated; each is measured")
          ->delimiter(',')
          ->capture_default_str();
  app.add_option("--against", arguments.against,
                 "A,B: measure both and compare A with B, seed by seed")
      ->delimiter(',')
      ->expected(2)
      ->excludes(propagators);
  app.add_option("--set", arguments.settings,
                 "Set any key of the study, for example islands.count=1 (defaults otherwise)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--leave-out", arguments.leave_out, "Problems, comma-separated")->delimiter(',');
}

void add_how(CLI::App& app, Arguments& arguments) {
  app.add_option("--workers", arguments.campaign.workers,
                 "Slots, comma-separated (those of the protocol otherwise)")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  app.add_option("--seeds", arguments.campaign.seeds, "Number of seeds")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--first-seed", arguments.campaign.first_seed, "The first of them")
      ->capture_default_str();
  app.add_option("--noise", arguments.campaign.noise,
                 "Standard deviation of what is added to values before the search is told; what "
                 "then looks best counts by its true value")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--budget", arguments.budget, "Leave out checkpoints of more evaluations");
  app.add_option("--jobs", arguments.campaign.jobs, "Searches at once (all processors otherwise)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--brief", arguments.brief, "Print scores and one line for each comparison");
  app.add_option("--data", arguments.data, "Directory of the tables")->capture_default_str();
  app.add_option("--pools", arguments.pools,
                 "Directory of recorded tables for suite P (the one that is shipped otherwise)");
  app.add_flag("--rows-once", arguments.rows_once,
               "A row of a recorded table answers once, then the next nearest (any number of times "
               "otherwise)");
  app.add_option("--json", arguments.json, "Write all raw rows to this file");
  app.add_option("--peers", arguments.peers,
                 "Directory of peers' rows: compare with them (their scores alone otherwise)");
  app.add_option("--earlier", arguments.earlier,
                 "A file that --json wrote: compare with it, seed by seed");
}

Rows rows_of(const Arguments& arguments) {
  return arguments.rows_once ? Rows::once : Rows::again;
}

std::vector<std::string> suites_of(const Arguments& arguments) {
  if (!arguments.report) {
    return arguments.suites;
  }
  std::vector<std::string> all;
  for (const SuiteName& suite : suite_names()) {
    all.emplace_back(suite.name);
  }
  return all;
}

/// All problems but those that are left out, cut to the budget.
/// Errors: std::invalid_argument for an unknown suite, for a problem that is not there to leave
/// out, and when none is left.
std::vector<Problem> problems_of(const Arguments& arguments) {
  std::vector<Problem> problems;
  std::set<std::string> unknown(arguments.leave_out.begin(), arguments.leave_out.end());
  for (const std::string& name : suites_of(arguments)) {
    Suite chosen = suite(name, {arguments.data, arguments.pools, rows_of(arguments)});
    for (const std::string& what : chosen.left_out) {
      std::cerr << "suite " << name << " leaves out " << what << '\n';
    }
    for (Problem& problem : chosen.problems) {
      if (std::count(arguments.leave_out.begin(), arguments.leave_out.end(), problem.name) > 0) {
        unknown.erase(problem.name);
        continue;
      }
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
  if (!unknown.empty()) {
    throw std::invalid_argument("there is no problem " + *unknown.begin() + " to leave out");
  }
  if (problems.empty()) {
    throw std::invalid_argument("no problem is left");
  }
  return problems;
}

/// Those of `others` on a problem and a number of slots that `runs` have too.
std::vector<Run> beside(const std::vector<Run>& runs, std::vector<Run> others) {
  std::set<std::pair<const Problem*, int>> measured;
  for (const Run& run : runs) {
    measured.emplace(run.problem, run.workers);
  }
  std::erase_if(others, [&](const Run& other) {
    return !measured.contains({other.problem, other.workers});
  });
  return others;
}

void write_json(const std::string& path, const std::vector<Run>& runs, const Yardsticks& random,
                const std::vector<Cell>& cells) {
  std::ofstream file(path);
  file << rows_to_json(runs, random, cells).dump(1) << '\n';
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

/// Puts the rows of an earlier build beside ours.
void add_earlier(const Arguments& arguments, const std::vector<Problem>& problems,
                 const std::vector<Run>& runs, const Yardsticks& random, std::vector<Cell>& cells,
                 ReportOptions& report) {
  add_runs(cells, beside(runs, read_rows(arguments.earlier, problems, kEarlier)), random);
  for (const std::string& name : arguments.propagators) {
    report.others.push_back(kEarlier + name);
    report.comparisons.emplace_back(name, kEarlier + name);
  }
}

void add_peers(const Arguments& arguments, const std::vector<Problem>& problems,
               const std::vector<Run>& runs, const Yardsticks& random, std::vector<Cell>& cells,
               ReportOptions& report) {
  const Peers peers = read_peers(arguments.peers, problems);
  add_runs(cells, beside(runs, peers.paired), random);
  add_runs(cells, beside(runs, peers.apart), peers.apart_random, false);
  report.rivals = peers.names();
  report.others.insert(report.others.end(), report.rivals.begin(), report.rivals.end());
}

/// What --warm-start prints.
/// Errors: std::invalid_argument for arguments that do not go with it, and for no tables.
void measure_warm_starts(const Arguments& arguments) {
  if (arguments.pools.empty()) {
    throw std::invalid_argument("--warm-start needs tables of one space: name them with --pools");
  }
  if (arguments.brief || arguments.budget > 0 || arguments.campaign.noise > 0 ||
      !(arguments.against.empty() && arguments.leave_out.empty() && arguments.earlier.empty() &&
        arguments.peers.empty() && arguments.json.empty())) {
    throw std::invalid_argument(
        "--warm-start goes with --pools, --rows-once, --propagator, --set, --workers, --seeds, "
        "--first-seed "
        "and --jobs alone");
  }
  const Pools pools = read_pools(arguments.pools);
  for (const std::string& name : arguments.propagators) {
    WarmStartOptions options{.searcher = {name, arguments.settings},
                             .rows = rows_of(arguments),
                             .first_seed = arguments.campaign.first_seed,
                             .seeds = arguments.campaign.seeds,
                             .jobs = arguments.campaign.jobs};
    if (!arguments.campaign.workers.empty()) {
      options.workers = arguments.campaign.workers;
    }
    const std::vector<WarmStart> pairs = run_warm_starts(pools, options);
    if (pairs.empty()) {
      throw std::invalid_argument("there are no tables of one space in " + arguments.pools);
    }
    std::cout << name << '\n' << warm_start_text(pairs) << '\n';
  }
}

void measure(Arguments& arguments) {
  ReportOptions report;
  if (!arguments.against.empty()) {
    arguments.propagators = arguments.against;
    report.comparisons.emplace_back(arguments.against[0], arguments.against[1]);
  }
  for (const std::string& name : arguments.propagators) {
    arguments.campaign.searchers.push_back({name, arguments.settings});
  }
  report.methods = arguments.propagators;
  report.brief = arguments.brief;
  const std::vector<Problem> problems = problems_of(arguments);
  const Yardsticks random = yardsticks(problems, arguments.campaign.noise, arguments.campaign.jobs);
  const std::vector<Run> runs = run_campaign(problems, arguments.campaign);
  std::vector<Cell> cells;
  add_runs(cells, runs, random);
  if (!arguments.earlier.empty()) {
    add_earlier(arguments, problems, runs, random, cells, report);
  }
  if (!arguments.peers.empty()) {
    add_peers(arguments, problems, runs, random, cells, report);
  } else if (arguments.leave_out.empty() && arguments.campaign.noise == 0) {
    // The recorded scores are of whole suites without noise.
    report.peer_scores = read_peer_scores(arguments.data);
  }
  if (!arguments.json.empty()) {
    write_json(arguments.json, runs, random, cells);
  }
  std::cout << text_report(cells, report);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures how good the configurations are that evolt finds, and how soon"};
  Arguments arguments;
  arguments.campaign.jobs = std::max(1U, std::thread::hardware_concurrency());
  add_what(app, arguments);
  add_how(app, arguments);
  CLI11_PARSE(app, argc, argv);
  try {
    if (arguments.warm_start) {
      measure_warm_starts(arguments);
    } else {
      measure(arguments);
    }
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "search_quality: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
