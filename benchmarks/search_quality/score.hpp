#pragma once

#include "benchmarks/search_quality/campaign.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace evolt {

/// The regrets of one method on one problem at one checkpoint, by seed.
struct Series {
  double yardstick = 0;  ///< what random search reaches there
  std::map<std::uint64_t, double> regrets;
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
  Checkpoint checkpoint;  ///< of the first problem
  std::vector<Contest> contests;
};

/// Sorts runs into cells, in the order of the problems.
std::vector<Cell> make_cells(const std::vector<Run>& runs, const Yardsticks& yardsticks);

/// (Regret less nothing) / (what random search reaches): 0 = best known, 1 = random. Where random
/// search reaches the best known value, the problem tells nothing and the figure is 1.
/// Never below `floor`, so that one solved problem does not decide a geometric mean.
double normalised_regret(double regret, double yardstick, double floor);

/// The normalised regret of a method's median seed.
double normalised_regret(const Contest& contest, const Series& series);

/// The geometric mean of a method's normalised regrets. Requires: it ran on every problem.
double score(const Cell& cell, const std::string& method);

}  // namespace evolt
