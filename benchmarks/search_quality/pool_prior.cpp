#include "benchmarks/search_quality/pool_prior.hpp"

#include "core/rng.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kSample = 200;

double score_or_worst(const PoolRow& row) {
  return row.score.value_or(std::numeric_limits<double>::infinity());
}

/// The rank of each, equal ones sharing the mean of theirs.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> made;
  for (const double value : values) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    made.push_back(static_cast<double>((low - sorted.begin()) + (high - sorted.begin()) - 1) / 2);
  }
  return made;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double middle = (static_cast<double>(a.size()) - 1) / 2;
  double both = 0;
  double first = 0;
  double second = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - middle) * (b[i] - middle);
    first += (a[i] - middle) * (a[i] - middle);
    second += (b[i] - middle) * (b[i] - middle);
  }
  return first > 0 && second > 0 ? both / std::sqrt(first * second) : 0;
}

}  // namespace

double rank_correlation(const PoolTable& a, const PoolTable& b) {
  std::map<std::vector<double>, double> known;
  for (const PoolRow& row : a.rows()) {
    known.emplace(row.genome.genes, score_or_worst(row));
  }
  std::vector<double> first;
  std::vector<double> second;
  for (const PoolRow& row : b.rows()) {
    if (const auto at = known.find(row.genome.genes); at != known.end()) {
      first.push_back(at->second);
      second.push_back(score_or_worst(row));
    }
  }
  return first.size() < 2 ? 0 : correlation(ranks(first), ranks(second));
}

std::vector<Params> prior_of(const PoolTable& table, std::uint64_t seed, bool misleading) {
  Rng rng({seed, 0x7072696f72U});
  std::vector<const PoolRow*> rows;
  for (const PoolRow& row : table.rows()) {
    rows.push_back(&row);
  }
  const std::size_t sample = std::min(kSample, rows.size() / 2);
  for (std::size_t i = 0; i < sample; ++i) {
    std::swap(rows[i], rows[i + rng.below(rows.size() - i)]);
  }
  rows.resize(sample);
  std::stable_sort(rows.begin(), rows.end(), [&](const PoolRow* a, const PoolRow* b) {
    return misleading ? score_or_worst(*a) > score_or_worst(*b)
                      : score_or_worst(*a) < score_or_worst(*b);
  });
  std::vector<Params> prior;
  for (std::size_t i = 0; i < sample / 5; ++i) {
    prior.push_back(rows[i]->params);
  }
  return prior;
}

}  // namespace evolt
