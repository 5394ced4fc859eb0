#include "benchmarks/search_quality/score.hpp"

#include "benchmarks/search_quality/statistics.hpp"

#include <algorithm>

namespace evolt {
namespace {

Cell& cell_of(std::vector<Cell>& cells, const Run& run, std::size_t checkpoint) {
  const Checkpoint& at = run.problem->checkpoints[checkpoint];
  for (Cell& cell : cells) {
    if (cell.suite == run.problem->suite && cell.group == run.problem->group &&
        cell.workers == run.workers && cell.checkpoint.evaluations == at.evaluations) {
      return cell;
    }
  }
  cells.push_back({run.problem->suite, run.problem->group, run.workers, at, {}});
  return cells.back();
}

Contest& contest_of(Cell& cell, const Problem* problem) {
  for (Contest& contest : cell.contests) {
    if (contest.problem == problem) {
      return contest;
    }
  }
  cell.contests.push_back({problem, {}});
  return cell.contests.back();
}

}  // namespace

std::vector<Cell> make_cells(const std::vector<Run>& runs, const Yardsticks& yardsticks) {
  std::vector<Cell> cells;
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.regrets.size(); ++i) {
      Series& series = contest_of(cell_of(cells, run, i), run.problem).methods[run.method];
      series.yardstick = yardsticks.at(run.problem)[i];
      series.regrets[run.seed] = run.regrets[i];
    }
  }
  return cells;
}

double normalised_regret(double regret, double yardstick, double floor) {
  return yardstick > 0 ? std::max(regret / yardstick, floor) : 1;
}

double normalised_regret(const Contest& contest, const Series& series) {
  std::vector<double> regrets;
  for (const auto& [seed, regret] : series.regrets) {
    regrets.push_back(regret);
  }
  return normalised_regret(median(std::move(regrets)), series.yardstick, contest.problem->floor);
}

double score(const Cell& cell, const std::string& method) {
  std::vector<double> figures;
  for (const Contest& contest : cell.contests) {
    figures.push_back(normalised_regret(contest, contest.methods.at(method)));
  }
  return geometric_mean(figures);
}

}  // namespace evolt
