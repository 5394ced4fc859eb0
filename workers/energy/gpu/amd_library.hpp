#pragma once

#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/gpu/gpu_device.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace evolt {

/// A counter of energy as AMD's libraries give it: joules are `raw` times the resolution.
struct AmdCounter {
  std::uint64_t raw = 0;
  double resolution = 0;  ///< microjoules of one count
  std::uint64_t device_ns = 0;
};

/// One of AMD's management libraries, opened by name and initialised for as long as this lives.
/// Devices go by the library's own order. A function that this version lacks is not_supported.
/// Thread: any, but calls may hang on a sick GPU.
class AmdLibrary {
 public:
  virtual ~AmdLibrary() = default;

  virtual std::size_t count() const = 0;

  /// UUID, name and bus.
  virtual GpuDevice device(std::size_t index) = 0;

  virtual ReadStatus energy(std::size_t index, AmdCounter& counter) = 0;

  /// What the card draws, by whichever figure this generation has. not_supported where there is
  /// none, or only the number that means none.
  virtual ReadStatus power(std::size_t index, Watts& watts) = 0;

  virtual ReadStatus limits(std::size_t index, PowerLimits& limits) = 0;
  virtual ReadStatus set_limit(std::size_t index, Watts limit) = 0;
  virtual ReadStatus temperature(std::size_t index, double& celsius) = 0;
};

/// AMD SMI, else ROCm SMI. Errors: not_found where there is neither; failed_precondition where it
/// cannot be initialised.
absl::StatusOr<std::unique_ptr<AmdLibrary>> open_amd_library(const std::string& amd_smi,
                                                             const std::string& rocm_smi);
absl::StatusOr<std::unique_ptr<AmdLibrary>> open_amd_smi(const std::string& path);
absl::StatusOr<std::unique_ptr<AmdLibrary>> open_rocm_smi(const std::string& path);

}  // namespace evolt
