#include "benchmarks/search_quality/score.hpp"

#include "benchmarks/search_quality/statistics.hpp"
#include "core/rng.hpp"

#include <algorithm>
#include <set>

namespace evolt {
namespace {

constexpr std::size_t kDraws = 1000;

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

bool complete(const Cell& cell, const std::string& method) {
  return std::all_of(cell.contests.begin(), cell.contests.end(),
                     [&](const Contest& contest) { return contest.methods.contains(method); });
}

double rank_in(const Contest& contest, const std::string& method,
               const std::vector<std::string>& among) {
  const double own = normalised_regret(contest, contest.methods.at(method));
  double rank = 0.5;
  for (const std::string& other : among) {
    const double theirs = normalised_regret(contest, contest.methods.at(other));
    rank += theirs < own ? 1 : theirs == own ? 0.5 : 0;  // itself is among them
  }
  return rank;
}

/// The score if the seeds had been these.
double score_of(const Cell& cell, const std::string& method,
                const std::vector<std::uint64_t>& seeds) {
  std::vector<double> figures;
  for (const Contest& contest : cell.contests) {
    const Series& series = contest.methods.at(method);
    std::vector<double> drawn;
    for (const std::uint64_t seed : seeds) {
      if (const auto at = series.regrets.find(seed); at != series.regrets.end()) {
        drawn.push_back(at->second);
      }
    }
    if (!drawn.empty()) {
      figures.push_back(
          normalised_regret(*contest.problem, median(std::move(drawn)), series.yardstick));
    }
  }
  return geometric_mean(figures);
}

}  // namespace

void add_runs(std::vector<Cell>& cells, const std::vector<Run>& runs, const Yardsticks& yardsticks,
              bool paired) {
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.regrets.size(); ++i) {
      const std::optional<double> yardstick = yardsticks.at(run.problem)[i];
      if (run.regrets[i] && yardstick) {
        Series& series = contest_of(cell_of(cells, run, i), run.problem).methods[run.method];
        series.yardstick = *yardstick;
        series.paired = paired;
        series.regrets[run.seed] = *run.regrets[i];
        if (run.search_seconds > 0) {
          series.search_seconds += run.search_seconds;
          series.evaluations += static_cast<double>(run.problem->checkpoints.back().evaluations);
        }
      }
    }
  }
}

double normalised_regret(const Problem& problem, double regret, double yardstick) {
  return yardstick > 0 ? std::max(regret / yardstick, problem.floor) : 1;
}

double normalised_regret(const Contest& contest, const Series& series) {
  std::vector<double> regrets;
  for (const auto& [seed, regret] : series.regrets) {
    regrets.push_back(regret);
  }
  return normalised_regret(*contest.problem, median(std::move(regrets)), series.yardstick);
}

std::optional<double> score(const Cell& cell, const std::string& method) {
  if (!complete(cell, method)) {
    return std::nullopt;
  }
  std::vector<double> figures;
  for (const Contest& contest : cell.contests) {
    figures.push_back(normalised_regret(contest, contest.methods.at(method)));
  }
  return geometric_mean(figures);
}

std::optional<double> mean_rank(const Cell& cell, const std::string& method) {
  if (!complete(cell, method)) {
    return std::nullopt;
  }
  std::vector<std::string> among;
  for (const auto& [name, series] : cell.contests.front().methods) {
    if (complete(cell, name)) {
      among.push_back(name);
    }
  }
  double sum = 0;
  for (const Contest& contest : cell.contests) {
    sum += rank_in(contest, method, among);
  }
  return sum / static_cast<double>(cell.contests.size());
}

std::optional<double> search_cost(const Cell& cell, const std::string& method) {
  double seconds = 0;
  double evaluations = 0;
  for (const Contest& contest : cell.contests) {
    if (const auto at = contest.methods.find(method); at != contest.methods.end()) {
      seconds += at->second.search_seconds;
      evaluations += at->second.evaluations;
    }
  }
  return evaluations > 0 ? std::optional(1e6 * seconds / evaluations) : std::nullopt;
}

std::optional<Interval> bootstrap_interval(const Cell& cell, const std::string& method) {
  if (!complete(cell, method)) {
    return std::nullopt;
  }
  std::set<std::uint64_t> known;
  for (const Contest& contest : cell.contests) {
    for (const auto& [seed, regret] : contest.methods.at(method).regrets) {
      known.insert(seed);
    }
  }
  const std::vector<std::uint64_t> seeds(known.begin(), known.end());
  Rng rng({0x626f6f74U});
  std::vector<double> scores;
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    std::vector<std::uint64_t> drawn;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      drawn.push_back(seeds[rng.below(seeds.size())]);
    }
    scores.push_back(score_of(cell, method, drawn));
  }
  std::sort(scores.begin(), scores.end());
  return Interval{scores[kDraws / 40], scores[kDraws - 1 - kDraws / 40]};
}

}  // namespace evolt
