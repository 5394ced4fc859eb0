#include "workers/energy/gpu/gpu_libraries.hpp"

#include <cstdlib>

namespace evolt {
namespace {

void override_by(const char* variable, std::string& path) {
  if (const char* const value = std::getenv(variable); value != nullptr && *value != '\0') {
    path = value;
  }
}

GpuLibraries overridden(GpuLibraries libraries) {
  override_by("EVOLT_NVML", libraries.nvml);
  override_by("EVOLT_AMD_SMI", libraries.amd_smi);
  override_by("EVOLT_ROCM_SMI", libraries.rocm_smi);
  return libraries;
}

}  // namespace

GpuLibraries GpuLibraries::from_environment() {
  return overridden({});
}

GpuLibraries GpuLibraries::named_by_environment() {
  return overridden({.nvml = "", .amd_smi = "", .rocm_smi = ""});
}

}  // namespace evolt
