#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace evolt {

/// When a rule may speak at all.
struct Window {
  std::int64_t steps = 0;      ///< full length; 0: unknown
  std::int64_t min_steps = 1;  ///< never stop before this step

  friend bool operator==(const Window&, const Window&) = default;
};

/// What every rule answers before it compares: proceeds for an empty curve, before `min_steps` and
/// on the last step (nothing is left to save); stops a trial whose newest value is not finite;
/// nullopt where the rule itself must judge, and then the newest value is finite.
std::optional<Verdict> settled(const Curve& curve, const Window& window);

/// The smallest finite value of the first `count` points; +infinity when there is none.
/// Cost: O(log points) when the history holds the curve, else O(points).
double best_of_first(const Curve& curve, std::size_t count, const History& history);

/// The step at which trials are compared that have come to `step`. From 128 on, a grid of 64 steps
/// an octave, so that a study whose trials each report at steps of their own (samples, seconds)
/// still has peers, and a bounded number of indices. Rounding down: the peers are then up to 1.6 %
/// younger, which is in the trial's favour.
std::int64_t grid_step(std::int64_t step);

}  // namespace evolt
