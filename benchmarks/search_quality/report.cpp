#include "benchmarks/search_quality/report.hpp"

#include <absl/strings/str_format.h>

#include <span>

namespace evolt {
namespace {

bool same_table(const Cell& a, const Cell& b) {
  return a.suite == b.suite && a.group == b.group && a.workers == b.workers;
}

std::string header(std::span<const Cell> table) {
  const Cell& first = table.front();
  std::string text = absl::StrFormat("suite %s%s%s, %d slot%s\n%-26s", first.suite,
                                     first.group.empty() ? "" : ", ", first.group, first.workers,
                                     first.workers == 1 ? "" : "s", "  normalised regret at");
  for (const Cell& cell : table) {
    text += absl::StrFormat("%9s", cell.checkpoint.label);
  }
  return text + '\n';
}

std::string method_rows(std::span<const Cell> table, const std::string& method) {
  std::string text = absl::StrFormat("%-26s", method);
  for (const Cell& cell : table) {
    text += absl::StrFormat("%9.4f", score(cell, method));
  }
  text += '\n';
  for (std::size_t i = 0; i < table.front().contests.size(); ++i) {
    text += absl::StrFormat("    %-22s", table.front().contests[i].problem->name);
    for (const Cell& cell : table) {
      const Contest& contest = cell.contests[i];
      text += absl::StrFormat("%9.4f", normalised_regret(contest, contest.methods.at(method)));
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string text_report(const std::vector<Cell>& cells, const std::vector<std::string>& methods) {
  std::string text;
  for (std::size_t begin = 0; begin < cells.size();) {
    std::size_t end = begin;
    while (end < cells.size() && same_table(cells[begin], cells[end])) {
      ++end;
    }
    const std::span table = std::span(cells).subspan(begin, end - begin);
    text += header(table);
    for (const std::string& method : methods) {
      text += method_rows(table, method);
    }
    text += '\n';
    begin = end;
  }
  return text;
}

}  // namespace evolt
