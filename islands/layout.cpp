#include "islands/layout.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace evolt {
namespace {

/// How many of `parts` each gets: one at least, else by share. Each further part goes to the one
/// with the highest share / (2 parts + 1) (Webster 1832, Sainte-Lague), so that what comes out even
/// is met exactly.
/// Cost: O(parts log(shares)).
std::vector<std::int32_t> divide(std::int32_t parts, const std::vector<std::int32_t>& shares) {
  std::vector<std::int32_t> got(shares.size(), 1);
  const auto comes_later = [&](std::size_t a, std::size_t b) {
    const std::int64_t claim = std::int64_t{shares[a]} * (2 * got[b] + 1);
    const std::int64_t other = std::int64_t{shares[b]} * (2 * got[a] + 1);
    return claim != other ? claim < other : a > b;
  };
  std::vector<std::size_t> next(shares.size());
  std::iota(next.begin(), next.end(), std::size_t{0});
  std::make_heap(next.begin(), next.end(), comes_later);
  for (auto left = parts - static_cast<std::int32_t>(shares.size()); left > 0; --left) {
    std::pop_heap(next.begin(), next.end(), comes_later);
    ++got[next.back()];
    std::push_heap(next.begin(), next.end(), comes_later);
  }
  return got;
}

std::vector<RankId> all_of(std::int32_t ranks) {
  std::vector<RankId> all;
  all.reserve(static_cast<std::size_t>(ranks));
  for (std::int32_t rank = 0; rank < ranks; ++rank) {
    all.push_back(RankId{rank});
  }
  return all;
}

}  // namespace

Layout::Layout(std::int32_t ranks, std::int32_t islands)
    : Layout(ranks, std::vector<std::int32_t>(static_cast<std::size_t>(islands), 1)) {}

Layout::Layout(std::int32_t ranks, std::vector<std::int32_t> shares)
    : Layout(ranks, all_of(ranks), std::move(shares)) {}

Layout::Layout(std::int32_t ranks, std::vector<RankId> breeders, std::vector<std::int32_t> shares) {
  assert(!breeders.empty() && !shares.empty());
  const auto tables = std::make_shared<Tables>();
  tables->ranks = ranks;
  tables->breeders = std::move(breeders);
  tables->shares = std::move(shares);
  tables->ranks_of.resize(tables->shares.size());
  tables->islands_of.resize(static_cast<std::size_t>(ranks));
  tables_ = tables;
  const auto count = static_cast<std::int32_t>(tables->breeders.size());
  const auto link = [&](std::int32_t breeder, std::int32_t island) {
    const RankId rank = tables->breeders[static_cast<std::size_t>(breeder)];
    tables->ranks_of[static_cast<std::size_t>(island)].push_back(rank);
    tables->islands_of[static_cast<std::size_t>(index(rank))].push_back(IslandId{island});
  };
  if (count >= islands()) {
    std::int32_t breeder = 0;
    const std::vector<std::int32_t> sizes = divide(count, tables->shares);
    for (std::int32_t island = 0; island < islands(); ++island) {
      for (std::int32_t i = 0; i < sizes[static_cast<std::size_t>(island)]; ++i) {
        link(breeder++, island);
      }
    }
  } else {
    for (std::int32_t island = 0; island < islands(); ++island) {
      link(static_cast<std::int32_t>(std::int64_t{island} * count / islands()), island);
    }
  }
}

const std::vector<RankId>& Layout::ranks_of(IslandId island) const {
  return tables_->ranks_of[static_cast<std::size_t>(index(island))];
}

const std::vector<IslandId>& Layout::islands_of(RankId rank) const {
  return tables_->islands_of[static_cast<std::size_t>(index(rank))];
}

std::vector<std::size_t> Layout::turns_of(RankId rank) const {
  const std::vector<IslandId>& mine = islands_of(rank);
  constexpr std::int64_t kMostTurns = 4096;  // shares are met no more exactly than that
  std::int64_t divisor = 0;
  std::int64_t total = 0;
  for (const IslandId island : mine) {
    divisor = std::gcd(divisor, std::int64_t{share(island)});
    total += share(island);
  }
  divisor = std::max(divisor, total / kMostTurns);
  struct Turn {
    double at = 0;  ///< between 0 and 1
    std::size_t island = 0;
  };
  std::vector<Turn> turns;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const std::int64_t count = std::max<std::int64_t>(share(mine[i]) / divisor, 1);
    for (std::int64_t k = 0; k < count; ++k) {
      turns.push_back({(static_cast<double>(k) + 0.5) / static_cast<double>(count), i});
    }
  }
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return a.at < b.at; });
  std::vector<std::size_t> order;
  order.reserve(turns.size());
  for (const Turn& turn : turns) {
    order.push_back(turn.island);
  }
  return order;
}

bool Layout::hosts(RankId rank, IslandId island) const {
  const auto& hosts = ranks_of(island);
  return std::binary_search(hosts.begin(), hosts.end(), rank);
}

RankId Layout::owner(IslandId island, const TrialId& individual) const {
  const auto& hosts = ranks_of(island);
  return hosts[(individual.counter + individual.rank) % hosts.size()];
}

}  // namespace evolt
