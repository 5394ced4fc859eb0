#include "service/search/island_kinds.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace evolt {
namespace {

using Kinds = std::vector<std::size_t>;

Kinds deal(const std::vector<double>& shares, std::int32_t islands) {
  return deal_islands(shares, islands);
}

std::vector<std::int64_t> counted(const std::vector<double>& shares, std::int32_t islands) {
  const Kinds kinds = deal(shares, islands);
  std::vector<std::int64_t> counts;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    counts.push_back(std::count(kinds.begin(), kinds.end(), i));
  }
  return counts;
}

using Counts = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("island kinds: one kind has all islands", "[service]") {
  CHECK(deal({0.25}, 3) == Kinds{0, 0, 0});
}

TEST_CASE("island kinds: as many of each as its share says", "[service]") {
  CHECK(counted({3, 1}, 8) == Counts{6, 2});
  CHECK(counted({1, 1, 1}, 9) == Counts{3, 3, 3});
  CHECK(counted({0.1, 0.2, 0.7}, 10) == Counts{1, 2, 7});
  CHECK(counted({1e308, 1e308}, 4) == Counts{2, 2});
}

TEST_CASE("island kinds: the rest goes to the largest remainders, to the first of equals",
          "[service]") {
  CHECK(counted({5, 3, 2}, 7) == Counts{4, 2, 1});  // 3.5, 2.1, 1.4
  CHECK(counted({1, 1, 1}, 4) == Counts{2, 1, 1});
  CHECK(counted({1, 1, 1}, 5) == Counts{2, 2, 1});
}

TEST_CASE("island kinds: no kind goes without", "[service]") {
  CHECK(counted({1000, 1}, 2) == Counts{1, 1});
  CHECK(counted({1, 1000, 1, 1}, 6) == Counts{1, 3, 1, 1});
  CHECK(counted({1, 2, 3}, 3) == Counts{1, 1, 1});
}

TEST_CASE("island kinds: they take turns on the ring", "[service]") {
  CHECK(deal({1, 1}, 6) == Kinds{0, 1, 0, 1, 0, 1});
  CHECK(deal({3, 1}, 4) == Kinds{0, 0, 1, 0});
}

TEST_CASE("island kinds: never off by one or more, but for those that would go without",
          "[service]") {
  Rng rng{17};
  for (int i = 0; i < 300; ++i) {
    std::vector<double> shares(1 + rng.below(6));
    for (double& share : shares) {
      share = 0.01 + rng.uniform();
    }
    const auto islands = static_cast<std::int32_t>(shares.size() + rng.below(40));
    const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
    const Counts counts = counted(shares, islands);
    CHECK(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) == islands);
    CHECK(*std::min_element(counts.begin(), counts.end()) >= 1);
    const bool all_by_share = std::all_of(shares.begin(), shares.end(),
                                          [&](double s) { return s / total * islands >= 1; });
    for (std::size_t k = 0; k < shares.size() && all_by_share; ++k) {
      CHECK(std::abs(static_cast<double>(counts[k]) - shares[k] / total * islands) < 1);
    }
  }
}

}  // namespace evolt
