#pragma once

#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/gpu/gpu_libraries.hpp"

#include <vector>

namespace evolt {

/// The sensors of graphics cards, each maker's through its own library; for
/// DiscoveryOptions::others. Takes up to a second where there are cards, to see their counters
/// move.
std::vector<FoundSensor> find_gpu_sensors(const GpuLibraries& libraries);

}  // namespace evolt
