// What scores of early curves tell about final results, beside figures that others computed from
// the same tables; and what the verdict of each stopping rule costs.
#include "benchmarks/stopping/correlations.hpp"
#include "benchmarks/stopping/leave_out.hpp"
#include "benchmarks/stopping/reference.hpp"
#include "benchmarks/stopping/replay.hpp"
#include "benchmarks/stopping/verdict_costs.hpp"
#include "estimators/catalogue.hpp"

#include <CLI/CLI.hpp>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

namespace evolt {
namespace {

/// Of the reference, which has two digits.
constexpr double kTolerance = 0.01;

using Figures = std::array<double, kShares.size()>;

void print(const std::string& name, const Figures& figures) {
  std::cout << absl::StrFormat("  %-16s", name);
  for (const double figure : figures) {
    std::cout << (std::isnan(figure) ? "      -" : absl::StrFormat(" %6.3f", figure));
  }
}

std::string group_of(const std::string& directory) {
  const std::filesystem::path path = std::filesystem::path(directory).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

std::vector<TableGroup> read_groups(const std::vector<std::string>& directories) {
  std::vector<TableGroup> groups;
  for (const std::string& directory : directories) {
    groups.push_back({group_of(directory), {}});
    for (const std::string& each : tables_of(directory)) {
      groups.back().tables.push_back(read_curve_table(each));
    }
  }
  return groups;
}

std::string text(const ReplayResult& result) {
  return absl::StrFormat("%5.1f %%  %.2f", 100 * result.saved, result.hit);
}

void print_replays(const std::vector<TableGroup>& groups, const ReplayOptions& options) {
  std::cout << absl::StrFormat(
      "epochs saved, and share of %d pools whose result is among the best 1 %%\n", options.pools);
  for (const TableGroup& group : groups) {
    const auto print = [&](const std::string& name, const std::string& rule, bool parks) {
      std::vector<ReplayResult> each;
      for (const CurveTable& table : group.tables) {
        const EstimatorOptions study{.steps = table.epochs, .parks = parks};
        each.push_back(replay(table, make_estimator(rule, study), options));
      }
      std::cout << absl::StrFormat("  %-24s %s\n", name, text(mean_of(each))) << std::flush;
    };
    std::cout << group.name << '\n';
    print("default, parking", "default", true);
    for (const std::string& name : estimator_names()) {
      print(name, name, false);
    }
  }
}

void print_left_out(const std::vector<TableGroup>& groups, const ReplayOptions& options) {
  std::cout << absl::StrFormat("%-24s %-28s %-16s %-16s %s\n", "constants chosen without",
                               "first_eta, eta, pace", "on it", "as shipped", "asha");
  for (const LeftOut& row : leave_one_out(groups, options)) {
    std::cout << absl::StrFormat("%-24s %-28s %-16s %-16s %s\n", row.group,
                                 absl::StrFormat("%g, %g, %g", row.first_eta, row.eta, row.pace),
                                 text(row.chosen), text(row.shipped), text(row.asha));
  }
}

/// The mean over the tables of a group, beside the reference. Returns the largest deviation.
double print_group(const std::string& directory) {
  const std::string group = group_of(directory);
  std::vector<CurveTable> tables;
  std::size_t curves = 0;
  for (const std::string& each : tables_of(directory)) {
    tables.push_back(read_curve_table(each));
    curves += tables.back().curves.size();
  }
  std::cout << absl::StrFormat("%s: %d tables, %d curves; 5, 10, 20, 30, 50 %% of the epochs\n",
                               group, tables.size(), curves);
  double worst = 0;
  for (const NamedScore& score : compared_scores()) {
    Figures mean{};
    for (const CurveTable& table : tables) {
      const Figures figures = correlations(table, score);
      for (std::size_t i = 0; i < mean.size(); ++i) {
        mean[i] += figures[i] / static_cast<double>(tables.size());
      }
    }
    print(score.name, mean);
    if (const auto known = reference(group, score.name)) {
      double off = 0;
      for (std::size_t i = 0; i < mean.size(); ++i) {
        off = std::max(off, std::abs(mean[i] - (*known)[i]));
      }
      std::cout << "  reference";
      for (const double figure : *known) {
        std::cout << absl::StrFormat(" %.2f", figure);
      }
      std::cout << absl::StrFormat("  off by %.4f", off);
      worst = std::max(worst, off);
    }
    std::cout << '\n';
  }
  return worst;
}

void print_costs() {
  const std::vector<std::size_t> sizes = {100, 1000, 10000, 100000};
  std::vector<std::vector<VerdictCost>> columns;
  std::cout << "nanoseconds of a verdict: median over all reports, and mean at rungs (the slowest "
               "8 %)\n"
            << absl::StrFormat("%-24s", "known curves");
  for (const std::size_t size : sizes) {
    columns.push_back(verdict_costs(size));
    std::cout << absl::StrFormat(" %7d %7s", size, "");
  }
  std::cout << '\n';
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    std::cout << absl::StrFormat("%-24s", columns.front()[row].what);
    for (const std::vector<VerdictCost>& column : columns) {
      std::cout << absl::StrFormat(" %7.0f %7.0f", column[row].median, column[row].judged);
    }
    std::cout << '\n';
  }
}

int run(int argc, char** argv) {
  CLI::App app("What stopping rules can know, and what their verdicts cost.");
  std::vector<std::string> directories;
  std::vector<std::string> replayed;
  ReplayOptions options;
  bool verdicts = false;
  bool leave_out = false;
  app.add_option("--correlations", directories,
                 "tables, or directories of tables whose mean is taken");
  app.add_option("--replay", replayed,
                 "tables, or directories of tables: what each rule saves there, and finds");
  app.add_flag("--leave-out", leave_out,
               "with --replay: the default's constants, chosen without each of the groups in turn");
  app.add_option("--pools", options.pools, "random pools of each table that are replayed");
  app.add_option("--pool", options.pool, "configurations of a pool, at most half of the table");
  app.add_flag("--verdicts", verdicts, "the cost of a verdict of each rule");
  CLI11_PARSE(app, argc, argv);
  double worst = 0;
  for (const std::string& directory : directories) {
    worst = std::max(worst, print_group(directory));
  }
  if (!directories.empty()) {
    std::cout << absl::StrFormat("largest deviation from the reference: %.4f\n", worst);
  }
  if (!replayed.empty()) {
    const std::vector<TableGroup> groups = read_groups(replayed);
    if (leave_out) {
      print_left_out(groups, options);
    } else {
      print_replays(groups, options);
    }
  }
  if (verdicts) {
    print_costs();
  }
  return worst > kTolerance ? 1 : 0;
}

}  // namespace
}  // namespace evolt

int main(int argc, char** argv) {
  try {
    return evolt::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "stopping_bench: " << error.what() << '\n';
    return 2;
  }
}
