#pragma once

#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace evolt {

/// Which ranks breed for which islands. With at least as many ranks as islands, every rank belongs
/// to one island and neighbours share one; with fewer, a rank hosts several islands.
class Layout {
 public:
  /// Requires: ranks > 0, islands > 0.
  Layout(std::int32_t ranks, std::int32_t islands);

  std::int32_t ranks() const { return ranks_; }
  std::int32_t islands() const { return islands_; }

  /// Ascending; never empty.
  const std::vector<RankId>& ranks_of(IslandId island) const;

  /// Ascending; never empty.
  const std::vector<IslandId>& islands_of(RankId rank) const;

  bool hosts(RankId rank, IslandId island) const;

  /// The rank of an island that may send this individual on: the same choice everywhere.
  RankId owner(IslandId island, const TrialId& individual) const;

 private:
  std::int32_t ranks_;
  std::int32_t islands_;
  std::vector<std::vector<RankId>> ranks_of_;
  std::vector<std::vector<IslandId>> islands_of_;
};

}  // namespace evolt
