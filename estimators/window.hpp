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
};

/// What every rule answers before it compares: proceeds for an empty curve, before `min_steps` and
/// on the last step (nothing is left to save); stops a trial whose newest value is not finite;
/// nullopt where the rule itself must judge, and then the newest value is finite.
std::optional<Verdict> settled(const Curve& curve, const Window& window);

/// The smallest finite value of the first `count` points; +infinity when there is none.
/// Cost: O(log points) when the history holds the curve, else O(points).
double best_of_first(const Curve& curve, std::size_t count, const History& history);

}  // namespace evolt
