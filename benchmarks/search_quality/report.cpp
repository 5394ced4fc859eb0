#include "benchmarks/search_quality/report.hpp"

#include "benchmarks/search_quality/comparison.hpp"

#include <absl/strings/str_format.h>

#include <set>
#include <span>
#include <tuple>

namespace evolt {
namespace {

auto key_of(const Cell& cell) {
  return std::tuple(cell.suite, cell.group, cell.workers, cell.checkpoint.label);
}

std::string header(std::span<const Cell> table) {
  const Cell& first = table.front();
  std::string text = absl::StrFormat("suite %s%s%s, %d slot%s\n%-32s", first.suite,
                                     first.group.empty() ? "" : ", ", first.group, first.workers,
                                     first.workers == 1 ? "" : "s", "normalised regret at");
  for (const Cell& cell : table) {
    text += absl::StrFormat("%16s", cell.checkpoint.label);
  }
  return text + '\n';
}

/// The scores with mean ranks and the CPU time of a proposal, or nothing where the method has none.
std::string score_row(std::span<const Cell> table, const std::string& method) {
  std::string text = absl::StrFormat("%-32s", method);
  bool any = false;
  for (const Cell& cell : table) {
    const auto figure = score(cell, method);
    text += figure ? absl::StrFormat("%9.4f (%4.1f)", *figure, *mean_rank(cell, method))
                   : absl::StrFormat("%9s       ", "-");
    any = any || figure;
  }
  if (const auto cost = search_cost(table.back(), method)) {
    text += absl::StrFormat("   %.1f us", *cost);
  }
  return any ? text + '\n' : "";
}

std::string interval_row(std::span<const Cell> table, const std::string& method) {
  std::string text = absl::StrFormat("%-32s", "  95 % over seeds");
  for (const Cell& cell : table) {
    const auto interval = bootstrap_interval(cell, method);
    text += absl::StrFormat(
        "%16s", interval ? absl::StrFormat("%.4f-%.4f", interval->low, interval->high) : "-");
  }
  return text + '\n';
}

std::string problem_rows(std::span<const Cell> table, const std::string& method) {
  std::string text;
  for (std::size_t i = 0; i < table.front().contests.size(); ++i) {
    text += absl::StrFormat("    %-28s", table.front().contests[i].problem->name);
    for (const Cell& cell : table) {
      const Contest& contest = cell.contests[i];
      const auto series = contest.methods.find(method);
      text += series == contest.methods.end()
                  ? absl::StrFormat("%16s", "-")
                  : absl::StrFormat("%9.4f       ", normalised_regret(contest, series->second));
    }
    text += '\n';
  }
  return text;
}

/// The methods of which any score is known in these cells.
std::set<std::string> scored(std::span<const Cell> table, const PeerScores& scores) {
  std::set<std::string> names;
  for (const Cell& cell : table) {
    if (const auto at = scores.find(key_of(cell)); at != scores.end()) {
      for (const auto& [name, figure] : at->second) {
        names.insert(name);
      }
    }
  }
  return names;
}

std::string peer_rows(std::span<const Cell> table, const PeerScores& scores) {
  std::string text;
  for (const std::string& name : scored(table, scores)) {
    text += absl::StrFormat("%-32s", name);
    for (const Cell& cell : table) {
      const auto at = scores.find(key_of(cell));
      const bool known = at != scores.end() && at->second.contains(name);
      text += known ? absl::StrFormat("%9.4f       ", at->second.at(name))
                    : absl::StrFormat("%9s       ", "-");
    }
    text += '\n';
  }
  return text;
}

std::string rival_lines(std::span<const Cell> table, const ReportOptions& options) {
  std::string text;
  for (const std::string& method : options.methods) {
    for (const std::string& rival : options.rivals) {
      text += comparison_line(table, method, rival);
    }
  }
  return text;
}

}  // namespace

std::string text_report(const std::vector<Cell>& cells, const ReportOptions& options) {
  std::string text;
  for (std::size_t begin = 0; begin < cells.size();) {
    std::size_t end = begin;
    while (end < cells.size() && same_table(cells[begin], cells[end])) {
      ++end;
    }
    const std::span table = std::span(cells).subspan(begin, end - begin);
    text += header(table);
    for (const std::string& method : options.methods) {
      text += score_row(table, method) + interval_row(table, method) + problem_rows(table, method);
    }
    for (const std::string& other : options.others) {
      text += score_row(table, other);
    }
    text += peer_rows(table, options.peer_scores);
    std::string compared = rival_lines(table, options);
    for (const auto& [method, other] : options.comparisons) {
      compared += comparison_text(table, method, other);
    }
    if (!compared.empty()) {
      text += "paired by seed; ratio of regrets, below 1: the first is better\n" + compared;
    }
    text += '\n';
    begin = end;
  }
  return text;
}

}  // namespace evolt
