#pragma once

#include "core/units.hpp"
#include "service/simulate/account.hpp"
#include "workers/table/table.hpp"

#include <cstdint>
#include <vector>

namespace evolt {

struct ReplayOptions;

/// A row whose training waits.
struct Paused {
  std::uint32_t row = 0;
  double cost = 0;  ///< its score so far, smaller being better; NaN: it diverged
};

/// The second half of i-epoch: the best `top` of `paused`, trained for `epochs` already, go on to
/// the end of the table, best first, each on the worker that is free first. Everybody is free at
/// `now`. Of equals, those that paused first.
void finish_best(std::vector<Paused> paused, std::int64_t top, std::int64_t epochs,
                 const ReplayOptions& options, Seconds now, const Table& table, Bookkeeper& books);

}  // namespace evolt
