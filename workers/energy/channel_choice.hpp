#pragma once

#include "workers/energy/discovery.hpp"
#include "workers/energy/energy_sensor.hpp"

#include <optional>
#include <set>
#include <vector>

namespace evolt {

/// Chooses what is used of what was found, by the rules of find_sensors(). `found` is in the order
/// of preference. `perf_parts`: what the kernel's PMU knows of, nullopt where there is none.
HostSensors choose_channels(std::vector<FoundSensor> found,
                            const std::optional<std::set<EnergyPart>>& perf_parts);

}  // namespace evolt
