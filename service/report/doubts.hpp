#pragma once

#include "estimators/dominance.hpp"
#include "service/report/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace evolt {

/// A trial that may be better than another.
struct Rival {
  std::int64_t trial = 0;
  double probability = 0;  ///< that it dominates the other

  friend bool operator==(const Rival&, const Rival&) = default;
};

/// A trial that is behind by its score, but not clearly.
struct Contender {
  std::int64_t trial = 0;
  std::vector<Rival> behind;  ///< the likeliest first; never empty
};

/// What the bounds of energy leave open of a study's best, or its front.
struct Doubts {
  /// By trial, of those on the front: who may dominate it with more than 1 - kClear.
  std::map<std::int64_t, std::vector<Rival>> tied_with;
  /// Trials off the front that nothing on it clearly dominates; those that may belong to it most
  /// first, at most `listed`.
  std::vector<Contender> contenders;
  std::size_t contending = 0;  ///< how many there are
};

/// Empty where scores hold no energy, and where the best is one of repeated results. Cost: O(trials
/// x front), most trials being met by the first of the front.
Doubts doubts(const Ledger& ledger, std::size_t listed = 20);

}  // namespace evolt
