#pragma once

#include "workers/energy/gpu/gpu_device.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace evolt {

/// What one maker's driver says of its GPUs, and lets us set. Errors of all: permission_denied;
/// unimplemented where the device has no such thing; not_found for an unknown UUID; unavailable
/// where the device is lost. Thread: any, but calls may hang on a sick GPU.
class GpuDriver {
 public:
  virtual ~GpuDriver() = default;

  /// Every GPU, in the order of the bus, those that we may not use included.
  virtual absl::StatusOr<std::vector<GpuDevice>> devices() = 0;

  virtual absl::StatusOr<PowerLimits> limits(const std::string& uuid) = 0;

  /// Requires: the value lies within limits(). Needs a right that few have.
  virtual absl::Status set_limit(const std::string& uuid, Watts limit) = 0;

  /// Degrees Celsius.
  virtual absl::StatusOr<double> temperature(const std::string& uuid) = 0;

  /// What processes had of it since a moment in us since 1970. Empty where none ran. Unimplemented
  /// for a GPU with slices.
  virtual absl::StatusOr<std::vector<GpuProcess>> processes(const std::string& uuid,
                                                            std::uint64_t since_us) = 0;
};

}  // namespace evolt
