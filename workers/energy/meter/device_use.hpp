#pragma once

#include "core/units.hpp"
#include "workers/energy/meter/attribution.hpp"
#include "workers/energy/meter/window_id.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace evolt {

/// How much of a card's multiprocessors each had since the round before, as the driver tells it.
struct DeviceUsers {
  std::string device;                                ///< UUID
  std::vector<std::pair<WindowId, double>> windows;  ///< share of the time, 0 .. 1; who had some
  double others = 0;                                 ///< the same of all other processes together
};

/// Gathers, over one segment, who likely used what a card drew above its idle power: round by
/// round, for power changes while the segment lasts. A time of which the driver tells nothing for
/// five seconds is divided by what the holders were given. Pure.
class DeviceUse {
 public:
  /// `joules` and `time`: what the card has counted since the segment began.
  void add(double joules, Seconds time, const std::optional<IdlePower>& idle,
           const DeviceUsers& users);

  /// Whether the driver told of anybody.
  bool told() const { return told_; }

  /// Of each holder its share of what was above the idle power; with those of all others they add
  /// up to 1. `given`: shares of the card that they were given, in the order of `holders`. The
  /// segment's whole joules and time as in add().
  std::vector<DeviceLoad> loads(double joules, Seconds time, const std::optional<IdlePower>& idle,
                                std::span<const WindowId> holders,
                                std::span<const double> given) const;

 private:
  bool told_ = false;
  double joules_ = 0;  // at the last round that was divided
  Seconds time_;
  double untold_ = 0;  // above idle power, of times without an answer
  double divided_ = 0;
  std::map<WindowId, double> used_;  // of `divided_`
};

}  // namespace evolt
