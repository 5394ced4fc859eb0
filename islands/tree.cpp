#include "islands/tree.hpp"

#include <algorithm>
#include <bit>

namespace evolt {
namespace {

/// The audience in the order of the tree: the origin has position 0, those after it follow, and
/// after the last comes the first.
class Circle {
 public:
  Circle(const Audience& audience, RankId origin) : audience_(audience), origin_(origin) {
    const bool member = audience.contains(origin);
    first_ = audience.before(origin) + (member ? 1 : 0);
    size_ = audience.size() + (member ? 0 : 1);
  }

  std::size_t size() const { return size_; }

  RankId at(std::size_t position) const {
    return position == 0 ? origin_ : audience_[(first_ + position - 1) % audience_.size()];
  }

  std::size_t position(RankId rank) const {
    if (rank == origin_) {
      return 0;
    }
    const std::size_t n = audience_.size();
    return 1 + (audience_.before(rank) + n - first_ % n) % n;
  }

 private:
  const Audience& audience_;
  RankId origin_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace

std::size_t Audience::before(RankId rank) const {
  if (some_.empty()) {
    return static_cast<std::size_t>(index(rank));
  }
  return static_cast<std::size_t>(std::lower_bound(some_.begin(), some_.end(), rank) -
                                  some_.begin());
}

bool Audience::contains(RankId rank) const {
  const std::size_t at = before(rank);
  return at < size_ && (*this)[at] == rank;
}

std::vector<RankId> passes_on(const Audience& audience, RankId origin, RankId self,
                              const std::function<bool(RankId)>& lost) {
  const Circle circle(audience, origin);
  std::vector<RankId> next;
  std::vector<std::size_t> tell_for = {circle.position(self)};
  while (!tell_for.empty()) {
    const std::size_t position = tell_for.back();
    tell_for.pop_back();
    // The children of p are p + 2^k, for each 2^k above p.
    for (std::size_t step = std::bit_ceil(position + 1); position + step < circle.size();
         step *= 2) {
      const RankId child = circle.at(position + step);
      if (lost(child)) {
        tell_for.push_back(position + step);
      } else {
        next.push_back(child);
      }
    }
  }
  return next;
}

}  // namespace evolt
