#pragma once

#include "core/units.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/gpu/power_cross_check.hpp"
#include "workers/energy/watched_sensor.hpp"

#include <string>

namespace evolt {

struct NvmlOptions {
  std::string library = "libnvidia-ml.so.1";
  Seconds probe{1};  ///< longest look at the counters' steps
  Seconds retry{5};  ///< between two attempts to find a lost GPU again
  Patience patience;
  PowerCrossCheckOptions check;
};

/// The name of the channel of an NVIDIA GPU.
std::string nvml_channel(const std::string& uuid);

/// NVIDIA's GPUs: of each its counter of energy (Volta and later), else its power. A channel for a
/// superchip whose counter covers the whole module is of part `module`. A counter that does not
/// move within the probe is not used. While counter and power disagree by more than 15 %, the
/// readings are suspect. A counter that starts anew, as with its driver, is simply smaller: a
/// reset. Not the GPU but all of it is measured where it is cut into slices.
FoundSensor find_nvml(const NvmlOptions& options = {});

}  // namespace evolt
