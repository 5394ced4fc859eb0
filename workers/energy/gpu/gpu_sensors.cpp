#include "workers/energy/gpu/gpu_sensors.hpp"

#include "workers/energy/gpu/amd_sensor.hpp"
#include "workers/energy/gpu/nvml_sensor.hpp"

namespace evolt {

std::vector<FoundSensor> find_gpu_sensors(const GpuLibraries& libraries) {
  std::vector<FoundSensor> found;
  if (!libraries.nvml.empty()) {
    found.push_back(find_nvml({.library = libraries.nvml}));
  }
  if (!libraries.amd_smi.empty() || !libraries.rocm_smi.empty()) {
    found.push_back(find_amd({.amd_smi = libraries.amd_smi, .rocm_smi = libraries.rocm_smi}));
  }
  return found;
}

}  // namespace evolt
