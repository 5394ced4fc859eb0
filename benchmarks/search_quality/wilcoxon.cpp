#include "benchmarks/search_quality/wilcoxon.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace evolt {

SignedRank signed_rank(std::span<const double> differences) {
  std::vector<double> sorted;
  for (const double difference : differences) {
    if (difference != 0) {
      sorted.push_back(difference);
    }
  }
  std::sort(sorted.begin(), sorted.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  SignedRank result{.pairs = sorted.size()};
  if (sorted.size() < 2) {
    return result;
  }
  double tied = 0;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && std::abs(sorted[end]) == std::abs(sorted[begin])) {
      ++end;
    }
    const double rank = static_cast<double>(begin + 1 + end) / 2;
    const auto size = static_cast<double>(end - begin);
    tied += size * size * size - size;
    for (; begin < end; ++begin) {
      (sorted[begin] < 0 ? result.negative : result.positive) += rank;
    }
  }
  const auto n = static_cast<double>(sorted.size());
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - tied / 48;
  const double z = (result.positive - n * (n + 1) / 4) / std::sqrt(variance);
  result.p = std::erfc(std::abs(z) / std::numbers::sqrt2);
  return result;
}

}  // namespace evolt
