#pragma once

#include <cstdint>

namespace evolt {

/// The steps at which trials are compared: `first`, then each the next whole step at or above
/// `eta` times the one before.
struct Rungs {
  std::int64_t first = 1;
  double eta = 3;

  std::int64_t after(std::int64_t rung) const;

  /// The highest that is not above `step`. Requires: step >= first.
  std::int64_t below(std::int64_t step) const;

  /// The lowest that is above `step`.
  std::int64_t above(std::int64_t step) const;
};

/// Errors: ConfigError for a first rung below 1, and an eta that is not a finite number above 1.
void check(const Rungs& rungs);

}  // namespace evolt
