#pragma once

#include "estimators/history.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace evolt::test {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline TrialId trial(std::uint64_t counter) {
  return {1, 0, counter};
}

/// Adds a curve with steps 1, 2, ...
inline const Curve& grow(History& history, const TrialId& id, const std::vector<double>& values) {
  std::int64_t step = 0;
  for (const double value : values) {
    history.add(id, {++step, value});
  }
  return *history.curve(id);
}

/// The same with training losses.
inline const Curve& grow(History& history, const TrialId& id, const std::vector<double>& values,
                         const std::vector<double>& losses) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    history.add(id, {static_cast<std::int64_t>(i) + 1, values[i], losses[i]});
  }
  return *history.curve(id);
}

/// As it was after its first `points` reports.
inline Curve first_of(const Curve& curve, std::size_t points) {
  return {curve.trial,
          {curve.points.begin(), curve.points.begin() + static_cast<std::ptrdiff_t>(points)}};
}

/// `count` peers, trials 1000, 1001, ...; the k-th has the value k + 1 at each of `steps` steps.
inline void add_peers(History& history, int count, int steps) {
  for (int k = 0; k < count; ++k) {
    grow(history, trial(1000 + static_cast<std::uint64_t>(k)),
         std::vector<double>(static_cast<std::size_t>(steps), k + 1.0));
  }
}

}  // namespace evolt::test
