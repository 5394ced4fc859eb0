#pragma once

#include "benchmarks/search_quality/score.hpp"
#include "benchmarks/search_quality/wilcoxon.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// How a method did against another, seed by seed on the same problems.
struct Comparison {
  std::size_t wins = 0;  ///< pairs in which `method` has the lower regret
  std::size_t losses = 0;
  std::size_t ties = 0;
  double ratio = 1;  ///< geometric mean of its regrets / the other's; below 1: better
  SignedRank test;   ///< of log(regret / the other's)

  std::size_t pairs() const { return wins + losses + ties; }
};

/// Pools the pairs of problem x seed of all cells (the checkpoints of one suite, group and number
/// of slots, say). Regrets count as normalised, floor included, so that two solved problems are a
/// tie. A pair that either side lacks is left out; so is the problem named `without`. The
/// checkpoints of one search are not independent: p over several of them is too small, the p of
/// each alone is not.
Comparison compare(std::span<const Cell> cells, const std::string& method, const std::string& other,
                   const std::string& without = "");

/// The pooled comparison as one line of text, called `label`; empty when there is no pair.
/// Requires: the cells belong to one table.
std::string comparison_line(std::span<const Cell> table, const std::string& method,
                            const std::string& other, const std::string& label);

/// The same by their names, then at each checkpoint, on each problem, and pooled without each
/// problem in turn (so that one sees whether a single problem carries the result).
std::string comparison_text(std::span<const Cell> table, const std::string& method,
                            const std::string& other);

}  // namespace evolt
