#pragma once

#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// A part of a GPU that its driver presents as a GPU of its own (NVIDIA: MIG).
struct GpuSlice {
  std::string uuid;        ///< `MIG-...`
  int compute_slices = 0;  ///< of the GPU's; 0: unknown
};

/// One GPU of the host, as its driver names it.
struct GpuDevice {
  std::string uuid;                   ///< `GPU-...`; AMD: `amd-` and its unique id
  std::string name;                   ///< of the model
  std::string bus;                    ///< PCI address, sorts in the order of the bus
  std::optional<std::int32_t> minor;  ///< N of /dev/nvidiaN
  /// UUID of the GPU that meters it, where that is another: of a card with two, one meters both.
  std::string metered_by;
  bool usable = true;            ///< false: it is there, but not for us
  std::vector<GpuSlice> slices;  ///< not empty: it can be used through these alone
  int compute_slices = 0;        ///< of the whole GPU, where it has slices
};

/// Power limits of a GPU or a processor. What is not known is absent.
struct PowerLimits {
  std::optional<Watts> current;   ///< as it was set
  std::optional<Watts> enforced;  ///< after all other caps, the rack's for one
  std::optional<Watts> normal;    ///< as it is when nobody set one
  std::optional<Watts> least;
  std::optional<Watts> most;
};

/// How much of a GPU's multiprocessors a process had lately.
struct GpuProcess {
  std::int64_t pid = 0;
  double share = 0;            ///< of the time, 0 .. 1
  std::uint64_t taken_us = 0;  ///< since 1970
};

}  // namespace evolt
