#pragma once

#include "benchmarks/search_quality/campaign.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// The regrets of one method on one problem at one checkpoint, by seed.
struct Series {
  double yardstick = 0;  ///< what random search reaches there
  bool paired = true;    ///< on the same functions as the other paired ones, seed by seed
  std::map<std::uint64_t, double> regrets;
  double search_seconds = 0;  ///< CPU time of ask and tell, over all seeds and their whole budgets
  double evaluations = 0;     ///< that it went into; 0: not known
};

/// One problem within a cell.
struct Contest {
  const Problem* problem = nullptr;
  std::map<std::string, Series> methods;
};

/// What is averaged into one figure for each method: the problems of one suite and group, at one
/// number of slots and one checkpoint.
struct Cell {
  std::string suite;
  std::string group;
  int workers = 1;
  Checkpoint checkpoint;
  std::vector<Contest> contests;

  friend bool same_table(const Cell& a, const Cell& b) {
    return a.suite == b.suite && a.group == b.group && a.workers == b.workers;
  }
};

/// Sorts runs into the cells they belong to; new cells come behind those that are there. `paired`:
/// the runs are on the same functions as the other paired ones, so that equal seeds make a pair.
void add_runs(std::vector<Cell>& cells, const std::vector<Run>& runs, const Yardsticks& yardsticks,
              bool paired = true);

/// Regret / what random search reaches: 0 = best known, 1 = random. Never below the problem's
/// floor, so that one solved problem does not decide a geometric mean. Where random search reaches
/// the best known value itself, the problem tells nothing and the figure is 1.
double normalised_regret(const Problem& problem, double regret, double yardstick);

/// The normalised regret of a method's median seed.
double normalised_regret(const Contest& contest, const Series& series);

/// The geometric mean of a method's normalised regrets; nullopt unless it ran on every problem.
std::optional<double> score(const Cell& cell, const std::string& method);

/// The mean over problems of a method's rank by its median, among the methods that ran on every
/// problem of the cell; equals share their mean rank. nullopt unless it is one of them.
std::optional<double> mean_rank(const Cell& cell, const std::string& method);

/// CPU microseconds of an ask and its tell, the mean over all problems of a cell; nullopt where it
/// was not measured.
std::optional<double> search_cost(const Cell& cell, const std::string& method);

struct Interval {
  double low = 0;
  double high = 0;
};

/// The 95 % percentile interval of score() over 1000 draws of as many seeds with replacement; each
/// draw takes the same seeds on every problem. Source: Efron & Tibshirani 1993, "An Introduction to
/// the Bootstrap", chapter 13. nullopt as score().
std::optional<Interval> bootstrap_interval(const Cell& cell, const std::string& method);

}  // namespace evolt
