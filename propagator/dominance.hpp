#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// What an individual is judged by.
struct Marks {
  double violation = 0;
  std::span<const double> scores;
};

/// Whether `a` is no worse in every objective and better in one; where one violates less, that
/// decides (Deb et al. 2002, "NSGA-II", section VI). Requires: no NaN, as many scores in both.
bool dominates(const Marks& a, const Marks& b);

/// Individuals with several objectives, each with the number of others that dominate it, kept up to
/// date as they come and go. A NaN among the numbers makes an individual worse than any without.
/// Cost: insert, erase, best O(n) with a small constant: the scores lie in one block.
class DominanceIndex {
 public:
  /// Requires: `individual` outlives its stay; all have the same number of scores.
  void insert(const Individual& individual);
  void erase(const Individual& individual);

  /// The first `capacity`: by violation, dominators and id; those of the last (violation,
  /// dominators) that does not fit by crowding distance, the loneliest first. Source: Deb et al.
  /// 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II", section III-B; we count
  /// dominators instead of peeling fronts, which keeps admission O(n).
  std::vector<const Individual*> best(std::size_t capacity) const;

  std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    const Individual* individual = nullptr;
    double violation = 0;
    std::size_t dominators = 0;
  };

  std::span<const double> scores(std::size_t row) const {
    return std::span(scores_).subspan(row * width_, width_);
  }
  bool dominates(std::size_t a, std::size_t b) const;
  bool precedes(std::size_t a, std::size_t b) const;
  bool ties(std::size_t a, std::size_t b) const;
  void sort_by_crowding(std::span<std::size_t> group) const;

  std::size_t width_ = 0;
  std::vector<Row> rows_;
  std::vector<double> scores_;  ///< width_ of each row
  absl::flat_hash_map<TrialId, std::size_t> row_of_;
};

}  // namespace evolt
