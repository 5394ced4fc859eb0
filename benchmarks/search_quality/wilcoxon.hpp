#pragma once

#include <cstddef>
#include <span>

namespace evolt {

/// What the signed-rank test says about paired differences.
struct SignedRank {
  std::size_t pairs = 0;  ///< that differ at all
  double negative = 0;    ///< sum of the ranks of negative differences
  double positive = 0;
  double p = 1;  ///< two-sided

  /// The direction: whether negative differences outweigh positive ones.
  bool falls() const { return negative > positive; }
};

/// Wilcoxon's signed-rank test by the normal approximation, without continuity correction: zero
/// differences are left out, tied ones share their mean rank, and the variance is corrected for
/// ties. Fewer than two differing pairs give p = 1. Requires: no NaN.
/// Source: Wilcoxon 1945, "Individual Comparisons by Ranking Methods"; the correction for ties from
/// Hollander, Wolfe & Chicken 2014, "Nonparametric Statistical Methods", section 3.1.
SignedRank signed_rank(std::span<const double> differences);

}  // namespace evolt
