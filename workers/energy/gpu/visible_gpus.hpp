#pragma once

#include "core/units.hpp"
#include "workers/energy/gpu/gpu_device.hpp"

#include <absl/status/statusor.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// Variables that say which of the host's GPUs a process may use.
struct GpuVariables {
  std::optional<std::string> cuda_visible;  ///< CUDA_VISIBLE_DEVICES
  std::string cuda_order;                   ///< CUDA_DEVICE_ORDER
  /// SLURM_STEP_GPUS, else SLURM_JOB_GPUS: numbers N of /dev/nvidiaN, whatever a container calls
  /// them.
  std::optional<std::string> slurm;
};

/// A GPU, or a slice of one, that this process may use.
struct VisibleGpu {
  std::string name;   ///< as CUDA_VISIBLE_DEVICES takes it: its UUID where that is known
  std::string given;  ///< as it was named to us; its index where nobody named it
  std::string gpu;    ///< UUID of the GPU that it is, or is cut out of; empty: unknown
  double share = 1;   ///< of that GPU's compute slices
};

struct VisibleGpus {
  std::vector<VisibleGpu> gpus;
  std::string trouble;  ///< what was left out or could not be resolved, and what helps; else empty
};

/// The GPUs that CUDA would give to a process with these variables, by UUID. An entry is an index,
/// a `GPU-` UUID or a beginning of one, or a `MIG-` name; the first that is invalid, or comes
/// twice, ends the list; an empty list and NoDevFiles name none. A GPU that is cut into slices
/// stands for all of them. Where GPUs differ, and CUDA numbers them by speed (CUDA_DEVICE_ORDER is
/// not PCI_BUS_ID), an index says nothing: it stays as it is, with `gpu` empty. Source: CUDA C++
/// Programming Guide, "CUDA Environment Variables".
VisibleGpus visible_gpus(std::span<const GpuDevice> devices, const GpuVariables& variables);

/// NVIDIA's GPUs of this host. Errors: as NvmlLibrary::open and GpuDriver::devices;
/// deadline_exceeded where the driver does not answer within `patience`. Cost: tens of
/// milliseconds, seconds where the driver has to wake up.
absl::StatusOr<std::vector<GpuDevice>> list_gpus(const std::string& nvml, Seconds patience = {20});

}  // namespace evolt
