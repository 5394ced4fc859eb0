#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"

namespace evolt {

/// The batteries of a portable computer: the power of the whole host, while it runs on them. A read
/// while none is discharging is stale.
FoundSensor find_battery(const HostRoots& roots, const Clock& clock);

}  // namespace evolt
