#include "islands/layout.hpp"

#include <algorithm>
#include <cassert>

namespace evolt {

Layout::Layout(std::int32_t ranks, std::int32_t islands)
    : ranks_(ranks),
      islands_(islands),
      ranks_of_(static_cast<std::size_t>(islands)),
      islands_of_(static_cast<std::size_t>(ranks)) {
  assert(ranks > 0 && islands > 0);
  const auto link = [&](std::int32_t rank, std::int32_t island) {
    ranks_of_[static_cast<std::size_t>(island)].push_back(RankId{rank});
    islands_of_[static_cast<std::size_t>(rank)].push_back(IslandId{island});
  };
  const auto share = [](std::int64_t i, std::int64_t of, std::int64_t parts) {
    return static_cast<std::int32_t>(i * parts / of);
  };
  if (ranks >= islands) {
    for (std::int32_t rank = 0; rank < ranks; ++rank) {
      link(rank, share(rank, ranks, islands));
    }
  } else {
    for (std::int32_t island = 0; island < islands; ++island) {
      link(share(island, islands, ranks), island);
    }
  }
}

const std::vector<RankId>& Layout::ranks_of(IslandId island) const {
  return ranks_of_[static_cast<std::size_t>(index(island))];
}

const std::vector<IslandId>& Layout::islands_of(RankId rank) const {
  return islands_of_[static_cast<std::size_t>(index(rank))];
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
