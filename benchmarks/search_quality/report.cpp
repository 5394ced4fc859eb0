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

std::string title(const Cell& cell) {
  return absl::StrFormat("suite %s%s%s, %d slot%s", cell.suite, cell.group.empty() ? "" : ", ",
                         cell.group, cell.workers, cell.workers == 1 ? "" : "s");
}

std::string header(std::span<const Cell> table) {
  std::string text = absl::StrFormat("%-32s", "normalised regret at");
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

std::string comparisons(std::span<const Cell> table, const ReportOptions& options) {
  std::string text;
  for (const std::string& method : options.methods) {
    for (const std::string& rival : options.rivals) {
      text += comparison_line(table, method, rival, method + " / " + rival);
    }
  }
  for (const auto& [method, other] : options.comparisons) {
    text += options.brief ? comparison_line(table, method, other, method + " / " + other)
                          : comparison_text(table, method, other);
  }
  return text.empty() ? ""
                      : "paired by seed; ratio of regrets, below 1: the first is better\n" + text;
}

std::string table_text(std::span<const Cell> table, const ReportOptions& options) {
  std::string text = title(table.front()) + '\n' + header(table);
  for (const std::string& method : options.methods) {
    text += score_row(table, method);
    if (!options.brief) {
      text += interval_row(table, method) + problem_rows(table, method);
    }
  }
  for (const std::string& other : options.others) {
    text += score_row(table, other);
  }
  return text + peer_rows(table, options.peer_scores) + comparisons(table, options) + '\n';
}

std::vector<std::span<const Cell>> tables_of(const std::vector<Cell>& cells) {
  std::vector<std::span<const Cell>> tables;
  for (std::size_t begin = 0; begin < cells.size();) {
    std::size_t end = begin;
    while (end < cells.size() && same_table(cells[begin], cells[end])) {
      ++end;
    }
    tables.push_back(std::span(cells).subspan(begin, end - begin));
    begin = end;
  }
  return tables;
}

/// One comparison over all tables.
std::string summary(const std::vector<std::span<const Cell>>& tables, const std::string& method,
                    const std::string& other) {
  std::string text;
  for (const std::span<const Cell> table : tables) {
    text += comparison_line(table, method, other, title(table.front()));
  }
  return text.empty() ? "" : method + " / " + other + ", all checkpoints\n" + text + '\n';
}

}  // namespace

std::string text_report(const std::vector<Cell>& cells, const ReportOptions& options) {
  const std::vector<std::span<const Cell>> tables = tables_of(cells);
  std::string text;
  for (const std::span<const Cell> table : tables) {
    text += table_text(table, options);
  }
  for (const std::string& method : options.methods) {
    for (const std::string& rival : options.rivals) {
      text += summary(tables, method, rival);
    }
  }
  for (const auto& [method, other] : options.comparisons) {
    text += summary(tables, method, other);
  }
  return text;
}

}  // namespace evolt
