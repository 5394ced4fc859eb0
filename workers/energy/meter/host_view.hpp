#pragma once

#include "core/units.hpp"
#include "workers/energy/meter/energy_meter.hpp"
#include "workers/energy/wanted_sensors.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace evolt {

/// What one channel has counted since its reader began.
struct ChannelTotal {
  std::string name;
  EnergyPart part = EnergyPart::package;
  Joules joules;
  Seconds gap;   ///< of that time, not observed
  Seconds step;  ///< between two updates

  friend bool operator==(const ChannelTotal&, const ChannelTotal&) = default;
};

/// A window that is open.
struct OpenWindow {
  WindowId id = 0;  ///< with its reader
  std::string name;
  pid_t process = -1;
  WindowFigure figure;  ///< so far

  friend bool operator==(const OpenWindow&, const OpenWindow&) = default;
};

/// What a host's reader knows at one reading.
struct HostView {
  Seconds at;  ///< of the reading
  MeasuredBy by;
  std::vector<ChannelTotal> channels;  ///< that count
  std::vector<OpenWindow> windows;

  friend bool operator==(const HostView&, const HostView&) = default;
};

}  // namespace evolt
