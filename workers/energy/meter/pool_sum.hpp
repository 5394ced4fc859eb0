#pragma once

#include "core/units.hpp"
#include "workers/energy/meter/attribution.hpp"
#include "workers/energy/meter/interval.hpp"

#include <optional>

namespace evolt {

/// What a meter knew at the edges of a segment and missed within it.
struct SegmentError {
  Interval first, last;  ///< joules by which truth exceeds the counts at its two edges
  double loose = 0;      ///< joules by which counts within may be wrong
  double gap_most = 0;   ///< joules that gaps can hide
};

/// A trial's energy from one meter, segment by segment, with bounds.
///
/// What a meter had not yet counted at one edge it has counted at the next, so between two segments
/// of one trial only the difference of its two shares makes an error: for a trial that has a meter
/// to itself, only the first and the last edge do.
class PoolSum {
 public:
  /// Requires: the segment begins where the last one ended, or end() was called between.
  void add(const TrialPart& part, const SegmentError& error);

  /// Nothing follows on the last segment.
  void end();

  /// The edge was asked for so much before it could be read, at so many watts at most.
  void early(Seconds asked_before, Watts most);
  void late(Seconds asked_before, Watts most);

  /// Requires: end() was called on both.
  PoolSum& operator+=(const PoolSum& other);

  double joules() const { return joules_; }
  /// Requires: end() was called.
  Interval bounds() const;
  Interval idle() const { return idle_; }
  /// All but what divided the meter: edges, gaps, trapezoids.
  Interval error() const { return error_; }

 private:
  double joules_ = 0;
  Interval parts_;
  Interval idle_;
  Interval error_;
  std::optional<Interval> slope_;  // of the last segment
  Interval last_;                  // its error at the end
};

}  // namespace evolt
