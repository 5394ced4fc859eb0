#pragma once

#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/gpu/gpu_libraries.hpp"
#include "workers/energy/gpu/power_cross_check.hpp"
#include "workers/energy/watched_sensor.hpp"

#include <string>

namespace evolt {

struct AmdOptions {
  std::string amd_smi = "libamd_smi.so";
  std::string rocm_smi = "librocm_smi64.so";
  Seconds probe{1};  ///< longest look at the counters
  Patience patience;
  PowerCrossCheckOptions check{.tolerance = 0.3};
};

/// The name of the channel of an AMD GPU.
std::string amd_channel(const std::string& uuid);

/// AMD's GPUs, one channel a card: its counter of energy where it moved within the probe and agreed
/// with the power to 30 %, else its power. Counters may be frozen within one process, or absurd
/// until the next start of the host: readings are suspect while counter and power disagree. Source:
/// rocm_smi_lib issue 180, amdsmi issues 22 and 38.
FoundSensor find_amd(const AmdOptions& options = {});

}  // namespace evolt
