#pragma once

#include "benchmarks/stopping/curve_table.hpp"
#include "estimators/score.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// The shares of the epochs at which scores are compared with the final one.
inline constexpr std::array<double, 5> kShares = {0.05, 0.1, 0.2, 0.3, 0.5};

/// Spearman's rank correlation; equal values share their mean rank. NaN where one side is constant.
/// Requires: as many of both, none NaN.
double spearman(std::span<const double> left, std::span<const double> right);

/// A score as the papers name it.
struct NamedScore {
  std::string name;
  Score score;
  double window_share = 0;  ///< above 0: the newest losses of so large a share of the epochs
};

/// Those that the reference compares.
const std::vector<NamedScore>& compared_scores();

/// The correlation of a score at each share of the epochs (the floor of the share, at least one)
/// with the value of the last epoch. Curves without the score, or without a last value, rank last.
std::array<double, kShares.size()> correlations(const CurveTable& table, const NamedScore& score);

}  // namespace evolt
