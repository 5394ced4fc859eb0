#pragma once

#include "propagator/archive.hpp"

#include <cstddef>

namespace evolt {

/// What a rank knows of the results of all islands, for engines that learn from them all. Bounded:
/// the best and the newest stay, which is what an archive shows. Cost: admit O(log n) on average.
class Knowledge {
 public:
  /// More are never kept.
  static constexpr std::size_t kMost = 4 * (Archive::kBest + Archive::kNewest);

  /// `capacity`: of a population.
  explicit Knowledge(std::size_t capacity) : archive_(capacity) {}

  /// A result of any island; one that is known already is replaced.
  void admit(const Individual& individual);

  /// A trial of any island failed.
  void fail(const Genome& genome) { archive_.fail(genome); }

  const Archive& archive() const { return archive_; }

 private:
  Archive archive_;
};

}  // namespace evolt
