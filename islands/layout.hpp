#pragma once

#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace evolt {

/// Which ranks breed for which islands. With at least as many ranks as islands, every rank belongs
/// to one island and neighbours share one; with fewer, a rank hosts several islands. Copies share
/// their tables, which never change.
class Layout {
 public:
  /// Islands of equal size. Requires: ranks > 0, islands > 0.
  Layout(std::int32_t ranks, std::int32_t islands);

  /// Island i has `shares[i]` ranks where the number of ranks is the sum, and as nearly in that
  /// proportion as can be where it is not, one at least. A rank with several islands breeds for
  /// each as often as its share says. Requires: ranks > 0, shares above 0, not empty.
  Layout(std::int32_t ranks, std::vector<std::int32_t> shares);

  /// The same for some of the ranks, `breeders`; the others have no islands. Requires: `breeders`
  /// ascending, below `ranks`, not empty.
  Layout(std::int32_t ranks, std::vector<RankId> breeders, std::vector<std::int32_t> shares);

  std::int32_t ranks() const { return tables_->ranks; }

  /// The ranks that have islands, ascending.
  const std::vector<RankId>& breeders() const { return tables_->breeders; }
  std::int32_t islands() const { return static_cast<std::int32_t>(tables_->shares.size()); }

  /// Ascending; never empty.
  const std::vector<RankId>& ranks_of(IslandId island) const;

  /// Ascending; empty for a rank that does not breed.
  const std::vector<IslandId>& islands_of(RankId rank) const;

  /// In which order a rank breeds for its islands, over and over: indices into islands_of().
  std::vector<std::size_t> turns_of(RankId rank) const;

  bool hosts(RankId rank, IslandId island) const;

  /// The rank of an island that may send this individual on: the same choice everywhere.
  RankId owner(IslandId island, const TrialId& individual) const;

 private:
  struct Tables {
    std::int32_t ranks = 0;
    std::vector<RankId> breeders;
    std::vector<std::int32_t> shares;
    std::vector<std::vector<RankId>> ranks_of;
    std::vector<std::vector<IslandId>> islands_of;
  };

  std::int32_t share(IslandId island) const {
    return tables_->shares[static_cast<std::size_t>(index(island))];
  }

  std::shared_ptr<const Tables> tables_;
};

}  // namespace evolt
