#pragma once

#include "workers/energy/gpu/gpu_device.hpp"
#include "workers/energy/gpu/gpu_driver.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <memory>
#include <string>

namespace evolt {

/// One power limit that can be turned: of a GPU, or of a processor package.
class LimitKnob {
 public:
  virtual ~LimitKnob() = default;

  /// `gpu:GPU-...`, `cpu:intel-rapl:0`: unique on the host.
  virtual const std::string& name() const = 0;

  /// Errors: as GpuDriver::limits.
  virtual absl::StatusOr<PowerLimits> limits() = 0;

  /// Errors: permission_denied with what would permit it; others as GpuDriver::set_limit.
  virtual absl::Status set(Watts limit) = 0;
};

/// Requires: the driver outlives it.
std::unique_ptr<LimitKnob> make_gpu_knob(GpuDriver& driver, const std::string& uuid);

}  // namespace evolt
