#include "estimators/rungs.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace evolt {

std::int64_t Rungs::after(std::int64_t rung) const {
  const double next = std::ceil(static_cast<double>(rung) * eta);
  constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
  // Rungs are whole steps; a small eta must still climb.
  return next < static_cast<double>(kLast) ? std::max(static_cast<std::int64_t>(next), rung + 1)
                                           : kLast;
}

std::int64_t Rungs::below(std::int64_t step) const {
  assert(step >= first);
  std::int64_t rung = first;
  for (std::int64_t next = after(rung); next <= step && next > rung; next = after(rung)) {
    rung = next;
  }
  return rung;
}

}  // namespace evolt
