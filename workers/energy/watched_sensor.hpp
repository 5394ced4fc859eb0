#pragma once

#include "workers/energy/energy_sensor.hpp"

#include <functional>
#include <string>

namespace evolt {

struct Patience {
  Seconds open{20};  ///< to find and open a device
  Seconds read{1};   ///< to read it once
};

/// Looks for a sensor, and reads it from then on, on a thread of its own. A read that does not
/// return in time leaves every channel stale, and so do those after it until it has returned; it
/// never holds up the caller for longer than `patience.read`. Where looking itself does not return
/// there is no sensor, and a finding called `name` that says so.
FoundSensor watched(const std::string& name, std::function<FoundSensor()> find,
                    Patience patience = {});

}  // namespace evolt
