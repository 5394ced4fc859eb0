#pragma once

#include <cstddef>
#include <cstdint>

#include "core/curve.hpp"
#include "core/ids.hpp"
#include "core/outcome.hpp"

namespace evolt {

/// Every curve known to the study, kept so that a rule's question costs O(log n) or O(1), whatever
/// the number of trials. Values that are not finite are kept in the curve but not ranked.
class History {
 public:
  /// Adds a point. The same step of the same trial again replaces nothing: the first stands. A step
  /// below the trial's last is ignored, except that step 1 of a new attempt is not an error.
  void add(const TrialId& trial, CurvePoint point);

  /// The curve is complete.
  void end(const TrialId& trial, Ending ending);

  /// nullptr before its first point.
  const Curve* curve(const TrialId& trial) const;

  std::size_t trials() const;
};

}  // namespace evolt
