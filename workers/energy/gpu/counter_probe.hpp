#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace evolt {

/// What was seen of a counter that was read again and again.
struct CounterStep {
  bool read = false;  ///< it could be read at the beginning and at the end
  bool moved = false;
  Seconds step;       ///< median time between two changes; the whole probe where it saw but one
  double counts = 0;  ///< from the first to the last change
  Seconds between;    ///< the same in time; 0: fewer than two changes
};

/// Reads counters as fast as they answer until each has changed `changes` times, at most for
/// `longest`. `read` gives one value for each counter, nullopt for one that failed. `pause` is
/// called between reads.
std::vector<CounterStep> probe_steps(
    const std::function<std::vector<std::optional<std::uint64_t>>()>& read, const Clock& clock,
    Seconds longest, const std::function<void()>& pause, int changes = 6);

}  // namespace evolt
