#include "islands/tree.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <map>
#include <set>

namespace evolt {
namespace {

struct Told {
  std::map<RankId, int> times;
  std::map<RankId, std::size_t> sends;
  std::size_t depth = 0;
};

/// Plays one broadcast.
Told play(const Audience& audience, RankId origin, const std::set<RankId>& dead = {}) {
  Told told;
  std::vector<std::pair<RankId, std::size_t>> carry = {{origin, 0}};
  while (!carry.empty()) {
    const auto [self, depth] = carry.back();
    carry.pop_back();
    told.depth = std::max(told.depth, depth);
    const auto next =
        passes_on(audience, origin, self, [&](RankId rank) { return dead.contains(rank); });
    told.sends[self] = next.size();
    for (const RankId to : next) {
      ++told.times[to];
      carry.emplace_back(to, depth + 1);
    }
  }
  return told;
}

}  // namespace

TEST_CASE("tree: each rank hears of a broadcast once, after log2(n) steps at most", "[islands]") {
  const std::int32_t ranks = GENERATE(1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100);
  const auto steps = static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(ranks - 1)));
  for (std::int32_t origin = 0; origin < ranks; ++origin) {
    const Told told = play(Audience(ranks), RankId{origin});
    REQUIRE(told.times.size() == static_cast<std::size_t>(ranks - 1));
    for (const auto& [rank, times] : told.times) {
      REQUIRE(times == 1);
      REQUIRE(rank != RankId{origin});
    }
    REQUIRE(told.depth <= steps);
    for (const auto& [rank, sends] : told.sends) {
      REQUIRE(sends <= steps);
    }
  }
}

TEST_CASE("tree: over all origins every rank passes on the same", "[islands]") {
  constexpr std::int32_t kRanks = 24;
  std::map<RankId, std::size_t> sends;
  for (std::int32_t origin = 0; origin < kRanks; ++origin) {
    for (const auto& [rank, count] : play(Audience(kRanks), RankId{origin}).sends) {
      sends[rank] += count;
    }
  }
  for (const auto& [rank, count] : sends) {
    CHECK(count == kRanks - 1);
  }
}

TEST_CASE("tree: an island hears from inside and from outside", "[islands]") {
  const std::vector<RankId> island = {RankId{3}, RankId{4}, RankId{9}, RankId{12}, RankId{13}};
  for (const std::int32_t origin : {0, 3, 5, 9, 13, 20}) {
    const Told told = play(Audience(island), RankId{origin});
    std::set<RankId> heard = {RankId{origin}};
    for (const auto& [rank, times] : told.times) {
      CHECK(times == 1);
      heard.insert(rank);
    }
    std::set<RankId> all(island.begin(), island.end());
    all.insert(RankId{origin});
    CHECK(heard == all);
    CHECK(told.depth <= 3);
  }
}

TEST_CASE("tree: the dead are skipped, and nobody else misses anything", "[islands]") {
  Rng rng{3};
  for (int round = 0; round < 50; ++round) {
    const auto ranks = static_cast<std::int32_t>(2 + rng.below(40));
    std::set<RankId> dead;
    for (std::int32_t rank = 1; rank < ranks; ++rank) {
      if (rng.chance(0.3)) {
        dead.insert(RankId{rank});
      }
    }
    const Told told = play(Audience(ranks), RankId{0}, dead);
    REQUIRE(told.times.size() == static_cast<std::size_t>(ranks) - 1 - dead.size());
    for (const auto& [rank, times] : told.times) {
      REQUIRE(times == 1);
      REQUIRE_FALSE(dead.contains(rank));
    }
  }
}

}  // namespace evolt
