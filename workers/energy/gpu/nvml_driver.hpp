#pragma once

#include "workers/energy/gpu/gpu_driver.hpp"

#include <absl/status/statusor.h>

#include <memory>
#include <string>

namespace evolt {

/// NVIDIA's GPUs. Errors: as NvmlLibrary::open.
absl::StatusOr<std::unique_ptr<GpuDriver>> open_nvml_driver(const std::string& library);

}  // namespace evolt
