#pragma once

#include <string>

namespace evolt {

/// Where the makers' management libraries are looked for, as dlopen() takes it. Empty: nowhere.
struct GpuLibraries {
  std::string nvml = "libnvidia-ml.so.1";
  std::string amd_smi = "libamd_smi.so";
  std::string rocm_smi = "librocm_smi64.so";

  /// The same, but as EVOLT_NVML, EVOLT_AMD_SMI and EVOLT_ROCM_SMI say where they are set.
  static GpuLibraries from_environment();

  /// Only those that these variables name.
  static GpuLibraries named_by_environment();
};

}  // namespace evolt
