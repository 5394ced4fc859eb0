#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace evolt {

/// What stopping rules see of one report.
struct CurvePoint {
  std::int64_t step = 0;
  double value = 0;  ///< judged metric; smaller is better, whatever the user's sign; may be NaN
  std::optional<double>
      loss;  ///< training loss of this step, as reported under `train_loss`; may be NaN
  std::optional<double> cost;  ///< of the attempt so far: joules where measured, else seconds

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
