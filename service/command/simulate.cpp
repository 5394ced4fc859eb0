#include "core/config_error.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/simulate/comparison.hpp"
#include "service/simulate/comparison_report.hpp"
#include "service/simulate/contender.hpp"
#include "service/simulate/table_study.hpp"
#include "workers/table/csv_file.hpp"
#include "workers/table/recorded_table.hpp"
#include "workers/table/synthetic_table.hpp"
#include "workers/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <thread>

namespace evolt {
namespace {

constexpr std::int64_t kMostSynthetic = 10'000'000;

std::unique_ptr<Table> open_table(const std::string& name) {
  constexpr std::string_view kSynthetic = "synthetic:";
  const std::string_view text = name;
  if (text.substr(0, kSynthetic.size()) != kSynthetic) {
    return read_table(name);
  }
  const auto rows = read_whole<std::int64_t>(text.substr(kSynthetic.size()));
  if (!rows || *rows < 1 || *rows > kMostSynthetic) {
    throw ConfigError(Complaint{.what = "a synthetic table has a number of rows",
                                .key = "--table",
                                .found = name,
                                .allowed = "synthetic:1 to synthetic:10000000"});
  }
  return synthetic_table(static_cast<std::size_t>(*rows));
}

/// `top:0.001`.
double read_quality(const std::string& text) {
  constexpr std::string_view kTop = "top:";
  const bool top = text.compare(0, kTop.size(), kTop) == 0;
  const auto share =
      top ? number_of_cell(std::string_view(text).substr(kTop.size())) : std::nullopt;
  if (!share || !(*share > 0) || *share > 1) {
    throw ConfigError(Complaint{.what = "quality is a share of the pool",
                                .key = "--quality",
                                .found = '"' + text + '"',
                                .allowed = "top:SHARE with a share above 0, at most 1"});
  }
  return *share;
}

/// `0.01:1.5`.
LeanTerms read_lean(const std::string& text) {
  const std::vector<std::string_view> parts = split(text, ':');
  const auto within = number_of_cell(parts.front());
  const auto factor = parts.size() == 2 ? number_of_cell(parts.back()) : std::nullopt;
  if (!within || !factor || !(*within >= 0) || !std::isfinite(*within) || !(*factor >= 1) ||
      !std::isfinite(*factor)) {
    throw ConfigError(Complaint{.what = "lean is how far from the best score, and how many times "
                                        "the joules of the cheapest row so close to it",
                                .key = "--lean",
                                .found = '"' + text + '"',
                                .allowed = "WITHIN:FACTOR, for example 0.01:1.5, with WITHIN not "
                                           "negative and FACTOR at least 1"});
  }
  return {.within = *within, .factor = *factor};
}

std::vector<Contender> contenders_of(const SimulateArguments& arguments, const Study& study) {
  std::vector<Contender> contenders{make_contender(
      arguments.search, arguments.stopper.empty() ? study.stopper.kind.name : arguments.stopper)};
  for (const std::string& list : arguments.against) {
    for (const std::string_view text : split(list, ',')) {
      contenders.push_back(parse_contender(text, "--against"));
    }
  }
  return contenders;
}

Study study_for(const SimulateArguments& arguments, const Table& table) {
  return arguments.study.empty() ? study_of_table(table, arguments.overrides)
                                 : read_study(arguments.study, arguments.overrides);
}

ComparisonOptions options_of(const SimulateArguments& arguments, const Study& study) {
  ComparisonOptions options{
      .contenders = contenders_of(arguments, study),
      .workers = arguments.workers,
      .seeds = arguments.seeds,
      .goals = {.quality = read_quality(arguments.quality), .lean = read_lean(arguments.lean)},
      .startup = Seconds{arguments.startup_seconds}};
  if (arguments.pool > 0) {
    options.pool = static_cast<std::size_t>(arguments.pool);
  }
  if (arguments.trials > 0) {
    options.trials = arguments.trials;
  }
  if (!arguments.lookup.empty()) {
    options.lookup = arguments.lookup == "exact" ? Lookup::exact : Lookup::nearest;
  }
  options.jobs = arguments.jobs > 0 ? arguments.jobs
                                    : std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  return options;
}

}  // namespace

ExitCode command_simulate(const SimulateArguments& arguments) {
  try {
    const std::unique_ptr<Table> table = open_table(arguments.table);
    const Study study = study_for(arguments, *table);
    const ComparisonOptions options = options_of(arguments, study);
    const TableStudy over(*table, study);
    const std::vector<ContenderFigures> figures = compare(over, options);
    if (arguments.json) {
      std::cout << printable(comparison_json(over, options, figures)) << '\n';
    } else {
      std::cout << comparison_text(over, options, figures);
    }
    std::cout << std::flush;
    return std::cout ? ExitCode::complete
                     : complain(ExitCode::storage, "standard output takes no more");
  } catch (const ConfigError& error) {
    const bool option = error.complaint().key.compare(0, 2, "--") == 0;
    return complain(option ? ExitCode::usage : ExitCode::study_file, error.what());
  }
}

}  // namespace evolt
