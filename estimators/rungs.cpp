#include "estimators/rungs.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

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

std::int64_t Rungs::above(std::int64_t step) const {
  return step < first ? first : after(below(step));
}

void check(const Rungs& rungs) {
  if (rungs.first < 1) {
    throw ConfigError(Complaint{.what = "the first rung must be at least 1",
                                .key = "stopper.min_steps",
                                .found = absl::StrCat(rungs.first)});
  }
  if (!(rungs.eta > 1) || !std::isfinite(rungs.eta)) {
    throw ConfigError(Complaint{.what = "eta must be a finite number above 1",
                                .key = "stopper",
                                .found = absl::StrCat(rungs.eta)});
  }
}

}  // namespace evolt
