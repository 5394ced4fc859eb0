#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"
#include "workers/energy/meter/interval.hpp"

#include <optional>
#include <span>
#include <vector>

namespace evolt {

/// Power that a part of the host draws though nobody uses it.
struct IdlePower {
  Watts likely;
  Interval watts;  ///< it lies within

  friend bool operator==(const IdlePower&, const IdlePower&) = default;
};

/// What one trial did while a segment lasted: a time in which the set of trials did not change.
struct TrialLoad {
  std::optional<Interval> cpu;  ///< CPU-seconds; nullopt: not known, anything may be
  double reserved = 0;          ///< share of the host's cores that is its own, 0 .. 1
  double present = 1;           ///< share of the segment in which it was there
};

/// What a meter that several share measured in a segment.
struct SharedSegment {
  double joules = 0;  ///< counted, at least 0
  Interval error;     ///< joules by which truth may exceed that
  Seconds time;
  std::optional<IdlePower> idle;
  Interval busy;     ///< CPU-seconds of the whole host, of whoever
  double ratio = 2;  ///< by which the watts of two users' CPU-seconds differ at most, at least 1
  IdlePolicy policy = IdlePolicy::reserved;
};

/// What one trial has of a segment.
struct TrialPart {
  double joules = 0;
  Interval bounds;  ///< if the counted energy is exact
  Interval idle;    ///< what of that is idle power
  Interval slope;   ///< change of its part per change of the whole, for whoever knows the error
};

/// A segment divided. The parts of the trials, `other` and `idle` add up to the whole.
struct DividedSegment {
  std::vector<TrialPart> trials;  ///< in the order of the loads
  double other = 0;               ///< of processes that are no trials
  double idle = 0;                ///< of nobody
};

/// Where the true share of a trial lies that has the share `s` of the processor time, when the
/// watts of two users' CPU-seconds differ at most by `ratio`. Holds for any number of users.
Interval dynamic_share(double s, double ratio);

/// Divides what was above the idle power by processor time, and the idle power by the policy. Where
/// the idle power is not known, the estimate divides all by processor time, and the bounds allow
/// any. Pure. Cost: O(trials).
DividedSegment divide_by_cpu(const SharedSegment& segment, std::span<const TrialLoad> loads);

/// Divides the energy of a device among those that hold it, `given` being the shares of it that
/// they were given (1: a card; slices of one): all to a single one, idle power included. Of several
/// each may have used all of it or nothing. Without a holder it is nobody's.
DividedSegment divide_device(double joules, std::span<const double> given);

/// One of several that hold a device.
struct DeviceLoad {
  double given = 1;  ///< share of it that it was given
  double used = 0;   ///< its likely share of what is above the idle power, 0 .. 1
};

/// Divides the energy of a device among several holders: what is above its idle power by what each
/// likely used, the idle power by the policy, where `reserved` is the share that was given. A use
/// says nothing certain of watts, so the bounds let each have had all that is above the idle power,
/// or nothing. What is missing of the uses to 1 is other processes'. Where the idle power is not
/// known all is divided by use. Requires: two loads at least. Pure. Cost: O(loads).
DividedSegment divide_by_use(const SharedSegment& segment, std::span<const DeviceLoad> loads);

/// Divides what a node's meter shows beyond its parts (fans, boards, disks) like idle power.
DividedSegment divide_residual(const SharedSegment& segment, std::span<const TrialLoad> loads);

}  // namespace evolt
