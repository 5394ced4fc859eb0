#pragma once

#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace evolt {

/// Whom a broadcast is for: every rank, or some. Does not own them.
class Audience {
 public:
  /// Ranks 0 to ranks - 1.
  explicit Audience(std::int32_t ranks) : size_(static_cast<std::size_t>(ranks)) {}
  /// Requires: ascending.
  explicit Audience(std::span<const RankId> some) : some_(some), size_(some.size()) {}

  std::size_t size() const { return size_; }
  RankId operator[](std::size_t i) const {
    return some_.empty() ? RankId{static_cast<std::int32_t>(i)} : some_[i];
  }
  /// How many come before `rank`.
  std::size_t before(RankId rank) const;
  bool contains(RankId rank) const;

 private:
  std::span<const RankId> some_;
  std::size_t size_;
};

/// To whom `self` passes a broadcast on that `origin` began.
///
/// The way is a binomial tree that begins at its origin, so each rank hears of it once, after at
/// most log2(n) passings on, and passes it on at most log2(n) times itself; over many origins the
/// work is spread evenly. Everybody computes the same tree. A rank for which `lost` is true is
/// skipped: whoever should have told it tells those that it would have told. An origin need not be
/// of the audience; `self` must be, or be the origin. Cost: log2(n), and the length of what is
/// skipped.
std::vector<RankId> passes_on(const Audience& audience, RankId origin, RankId self,
                              const std::function<bool(RankId)>& lost);

}  // namespace evolt
