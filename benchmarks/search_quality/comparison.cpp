#include "benchmarks/search_quality/comparison.hpp"

#include <absl/strings/str_format.h>

#include <cmath>
#include <string_view>

namespace evolt {
namespace {

/// Both directions of a claim: named only where the test is sure (the protocol's 1 %) and the mean
/// says the same.
std::string_view verdict(const Comparison& comparison) {
  if (comparison.test.p >= 0.01 || comparison.test.falls() != (comparison.ratio < 1)) {
    return "undecided";
  }
  return comparison.test.falls() ? "better" : "worse";
}

std::string line(const std::string& label, const Comparison& comparison) {
  return absl::StrFormat("  %-30s ratio %8.4f   won %4d  lost %4d  tied %4d   p %.2g  %s\n", label,
                         comparison.ratio, comparison.wins, comparison.losses, comparison.ties,
                         comparison.test.p, std::string(verdict(comparison)));
}

/// The cell with nothing but one problem.
Cell only(const Cell& cell, std::size_t contest) {
  Cell part = cell;
  part.contests = {cell.contests[contest]};
  return part;
}

}  // namespace

Comparison compare(std::span<const Cell> cells, const std::string& method, const std::string& other,
                   const std::string& without) {
  Comparison comparison;
  std::vector<double> logs;
  for (const Cell& cell : cells) {
    for (const Contest& contest : cell.contests) {
      const auto mine = contest.methods.find(method);
      const auto theirs = contest.methods.find(other);
      if (contest.problem->name == without || mine == contest.methods.end() ||
          theirs == contest.methods.end() || mine->second.paired != theirs->second.paired) {
        continue;
      }
      for (const auto& [seed, regret] : mine->second.regrets) {
        const auto pair = theirs->second.regrets.find(seed);
        if (pair != theirs->second.regrets.end()) {
          const auto figure = [&](double reached, const Series& series) {
            return normalised_regret(*contest.problem, reached, series.yardstick);
          };
          logs.push_back(
              std::log(figure(regret, mine->second) / figure(pair->second, theirs->second)));
        }
      }
    }
  }
  double sum = 0;
  for (const double log : logs) {
    sum += log;
    ++(log < 0 ? comparison.wins : log > 0 ? comparison.losses : comparison.ties);
  }
  if (!logs.empty()) {
    comparison.ratio = std::exp(sum / static_cast<double>(logs.size()));
  }
  comparison.test = signed_rank(logs);
  return comparison;
}

std::string comparison_line(std::span<const Cell> table, const std::string& method,
                            const std::string& other, const std::string& label) {
  const Comparison all = compare(table, method, other);
  return all.pairs() == 0 ? "" : line(label, all);
}

std::string comparison_text(std::span<const Cell> table, const std::string& method,
                            const std::string& other) {
  std::string text = comparison_line(table, method, other, method + " / " + other);
  if (text.empty()) {
    return text;
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (const Comparison at = compare(table.subspan(i, 1), method, other); at.pairs() > 0) {
      text += line("  at " + table[i].checkpoint.label, at);
    }
  }
  if (table.front().contests.size() < 2) {
    return text;
  }
  for (std::size_t i = 0; i < table.front().contests.size(); ++i) {
    std::vector<Cell> of_problem;
    for (const Cell& cell : table) {
      of_problem.push_back(only(cell, i));
    }
    text +=
        line("  on " + table.front().contests[i].problem->name, compare(of_problem, method, other));
  }
  for (const Contest& contest : table.front().contests) {
    text += line("  without " + contest.problem->name,
                 compare(table, method, other, contest.problem->name));
  }
  return text;
}

}  // namespace evolt
