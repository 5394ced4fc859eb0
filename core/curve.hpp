#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace evolt {

/// What stopping rules see of one report.
struct CurvePoint {
  std::int64_t step = 0;
  /// What is judged, smaller being better whatever the user's sign; may be NaN: a metric, or the
  /// objective as it would be in the end.
  double value = 0;
  std::optional<double>
      loss;  ///< training loss of this step, as reported under `train_loss`; may be NaN
  std::vector<double> others;  ///< with several objectives: those after the first, likewise

  friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};

/// What is judged of one trial, ordered by step. Of several values for a step, from several
/// attempts, the first stands.
struct Curve {
  TrialId trial;
  std::vector<CurvePoint> points;

  friend bool operator==(const Curve&, const Curve&) = default;
};

}  // namespace evolt
