#pragma once

#include "workers/energy/gpu/amd_library.hpp"
#include "workers/energy/gpu/gpu_driver.hpp"

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <vector>

namespace evolt {

/// AMD's GPUs. Errors: as open_amd_library.
absl::StatusOr<std::unique_ptr<GpuDriver>> open_amd_driver(const std::string& amd_smi,
                                                           const std::string& rocm_smi);

/// The devices of a library with their places in its own order, sorted by bus. A device of an MI250
/// that measures nothing is the second half of a card, and metered by the one before it.
/// Source: rocm_smi_lib issue 160, codecarbon issue 1097.
struct AmdDevice {
  std::size_t index = 0;
  GpuDevice gpu;
};
std::vector<AmdDevice> amd_devices(AmdLibrary& library);

}  // namespace evolt
