#pragma once

#include "workers/energy/meter/attribution.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace evolt {

/// What a part of the host draws at rest, from the times when no trial ran and the load was below
/// 2 %. Never the least power that was ever seen: a meter that starts under load would take that
/// for rest. Pure.
class IdleEstimate {
 public:
  /// One stretch of rest and its energy. Ignored below a quarter of a second.
  void add(Seconds time, Interval joules);

  /// The median, and the range of what was seen; before 30 s of rest what was known before, or
  /// nullopt.
  std::optional<IdlePower> power() const;

  /// What readers before have seen.
  void know(IdlePower before) { before_ = before; }

  /// It has seen enough itself.
  bool learnt() const;

 private:
  struct Stretch {
    Seconds time;
    Interval watts;
  };
  std::deque<Stretch> stretches_;
  Seconds rest_;
  std::optional<IdlePower> before_;
};

/// Shorter stretches of a card's rest say too little: its counter may be a step behind at both
/// ends.
inline constexpr Seconds kDeviceRest{10};

/// Share of the host's capacity below which it rests.
inline constexpr double kRestLoad = 0.02;

}  // namespace evolt
