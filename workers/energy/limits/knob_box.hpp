#pragma once

#include "workers/energy/gpu/gpu_driver.hpp"
#include "workers/energy/gpu/gpu_libraries.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/energy/limits/limit_knob.hpp"

#include <memory>
#include <string>
#include <vector>

namespace evolt {

/// Every power limit of the host by name. Opens a driver when it is first asked for one of its
/// GPUs.
class KnobBox {
 public:
  explicit KnobBox(GpuLibraries libraries, HostRoots roots = {}, Seconds patience = {10});

  /// `gpu:UUID`, `cpu:ZONE`, or `cpu` for every package. The knobs live no longer than the box.
  /// Errors: not_found; invalid_argument for another name; what opening the driver says.
  absl::StatusOr<std::vector<std::unique_ptr<LimitKnob>>> find(const std::string& name);

 private:
  absl::StatusOr<GpuDriver*> driver_of(const std::string& uuid);

  GpuLibraries libraries_;
  HostRoots roots_;
  Seconds patience_;
  std::unique_ptr<GpuDriver> nvidia_;
  std::unique_ptr<GpuDriver> amd_;
};

}  // namespace evolt
