#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <vector>

namespace evolt {

/// One value of the judged metric. Smaller is better, whatever the user's sign.
struct CurvePoint {
  std::int64_t step = 0;
  double value = 0;  ///< may be NaN

  friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};

/// The judged metric of one trial, ordered by step. Of several values for a step, from several
/// attempts, the first stands.
struct Curve {
  TrialId trial;
  std::vector<CurvePoint> points;

  friend bool operator==(const Curve&, const Curve&) = default;
};

}  // namespace evolt
