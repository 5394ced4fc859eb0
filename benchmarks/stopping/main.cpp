// What scores of early curves tell about final results, beside figures that others computed from
// the same tables; and what the verdict of each stopping rule costs.
#include "benchmarks/stopping/correlations.hpp"
#include "benchmarks/stopping/reference.hpp"
#include "benchmarks/stopping/verdict_costs.hpp"

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

/// The mean over the tables of a group, beside the reference. Returns the largest deviation.
double print_group(const std::string& directory) {
  std::filesystem::path path = std::filesystem::path(directory).lexically_normal();
  const std::string group = (path.has_filename() ? path : path.parent_path()).filename().string();
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
  bool verdicts = false;
  app.add_option("--correlations", directories,
                 "tables, or directories of tables whose mean is taken");
  app.add_flag("--verdicts", verdicts, "the cost of a verdict of each rule");
  CLI11_PARSE(app, argc, argv);
  double worst = 0;
  for (const std::string& directory : directories) {
    worst = std::max(worst, print_group(directory));
  }
  if (!directories.empty()) {
    std::cout << absl::StrFormat("largest deviation from the reference: %.4f\n", worst);
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
