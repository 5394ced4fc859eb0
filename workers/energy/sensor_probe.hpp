#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"
#include "workers/energy/energy_sensor.hpp"

#include <optional>
#include <vector>

namespace evolt {

/// What reading a channel costs, and how often its value is new, as measured.
struct ChannelProbe {
  std::optional<Seconds> read;  ///< median time of a read; nullopt: none succeeded
  std::optional<Seconds> step;  ///< median time between two changes; nullopt: fewer than two seen
};

struct ProbeOptions {
  int reads = 50;
  Seconds longest{1};  ///< to look for changes
  int changes = 20;    ///< of each channel, after which enough is seen
};

/// Reads a sensor again and again. Takes `reads` reads and at most `longest` more. Shape: one for
/// each channel.
std::vector<ChannelProbe> probe_sensor(EnergySensor& sensor, const Clock& clock,
                                       const ProbeOptions& options = {});

}  // namespace evolt
