#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace evolt {

/// What repeated evaluations of the same configurations tell, where results are noisy.
///
/// A configuration goes by the trial that was first evaluated with it (its *root*); every further
/// evaluation is a trial of its own, with the root as its only parent. The same results give the
/// same means, bit for bit, in whatever order they came.
class Replicates {
 public:
  /// The root of an individual that was bred to evaluate a configuration again.
  static std::optional<TrialId> root_of(const Individual& individual);

  /// Takes the scores of one evaluation.
  void add(const TrialId& root, const std::vector<double>& scores);

  /// An evaluation is on its way, or will not come.
  void expect(const TrialId& root) { ++of_[root].pending; }
  void give_up(const TrialId& root);

  /// Of all evaluations; empty where there are none yet.
  std::vector<double> mean(const TrialId& root) const;

  /// Evaluations, those on their way included.
  std::size_t known(const TrialId& root) const;

  /// Which of `best` (best first) to evaluate once more, so that the first of them deserves its
  /// place; nullptr when all are known well enough for `results` results. Each of the first eight
  /// deserves two evaluations, and one more for each doubling of the results beyond ten; of those
  /// that lack some, the one with the fewest comes first.
  const Individual* choose(std::span<const Individual* const> best, std::size_t results) const;

 private:
  struct Evaluations {
    std::vector<std::vector<double>> scores;  ///< sorted, so that sums do not depend on the order
    std::size_t pending = 0;
  };

  absl::flat_hash_map<TrialId, Evaluations> of_;
};

}  // namespace evolt
