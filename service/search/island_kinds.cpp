#include "service/search/island_kinds.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace evolt {
namespace {

// Remainders that differ by less are rounding: equal, and the first kind goes first.
constexpr double kEqual = 1e-9;

/// The first of the largest.
std::size_t largest(std::span<const double> values) {
  std::size_t found = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] > values[found] + kEqual) {
      found = i;
    }
  }
  return found;
}

/// The number of islands that each kind would have if islands could be cut.
std::vector<double> quotas(std::span<const double> shares, std::int32_t islands) {
  const double most = *std::max_element(shares.begin(), shares.end());
  std::vector<double> quota;
  double total = 0;
  for (const double share : shares) {
    quota.push_back(share / most);  // so that no sum overflows
    total += quota.back();
  }
  for (double& each : quota) {
    each *= islands / total;
  }
  return quota;
}

std::vector<std::int32_t> counts(std::span<const double> quota, std::int32_t islands) {
  std::vector<std::int32_t> count;
  std::vector<double> owed;
  for (const double each : quota) {
    count.push_back(static_cast<std::int32_t>(std::floor(each + kEqual)));
    owed.push_back(each - count.back());
  }
  for (std::int32_t left = islands - std::accumulate(count.begin(), count.end(), 0); left > 0;
       --left) {
    const std::size_t next = largest(owed);
    ++count[next];
    owed[next] -= 1;
  }
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (count[i] > 0) {
      continue;
    }
    std::vector<double> above(count.size(), -HUGE_VAL);
    for (std::size_t j = 0; j < count.size(); ++j) {
      if (count[j] > 1) {
        above[j] = count[j] - quota[j];
      }
    }
    --count[largest(above)];
    ++count[i];
  }
  return count;
}

}  // namespace

std::vector<std::size_t> deal_islands(std::span<const double> shares, std::int32_t islands) {
  assert(!shares.empty() && std::ssize(shares) <= islands);
  const std::vector<std::int32_t> count = counts(quotas(shares, islands), islands);
  std::vector<std::size_t> kinds;
  std::vector<double> owed(shares.size());
  for (std::int32_t island = 0; island < islands; ++island) {
    for (std::size_t i = 0; i < owed.size(); ++i) {
      owed[i] += static_cast<double>(count[i]) / islands;
    }
    kinds.push_back(largest(owed));
    owed[kinds.back()] -= 1;
  }
  return kinds;
}

}  // namespace evolt
