#pragma once

#include "workers/energy/gpu/visible_gpus.hpp"
#include "workers/trial_place.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Reads a variable of the environment; nullopt where it is not set. Handed in, so that tests can.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// The variables of this process.
Lookup process_environment();

/// Which of the processes that share this host we are, as the launcher says; {0, 1} without one.
struct HostShare {
  std::int32_t local_rank = 0;
  std::int32_t local_ranks = 1;
};
HostShare host_share(const Lookup& lookup);

/// What of this host the scheduler lets us use.
struct HostResources {
  std::size_t cores = 1;
  std::vector<std::string> gpus;  ///< as CUDA_VISIBLE_DEVICES takes them: UUIDs or indices
  bool gpus_are_ours = false;     ///< given to this rank alone, not to all ranks of the host
  bool gpus_by_driver = false;    ///< nobody named them but the driver
  /// More of each of `gpus`, where NVIDIA's library could tell; else empty.
  std::vector<VisibleGpu> visible;
  std::string gpu_trouble;  ///< what is wrong with how they were named; else empty
  HostShare share;
};

/// Who knows of GPUs.
struct GpuSources {
  std::string directory = "/proc/driver/nvidia/gpus";  ///< of NVIDIA's driver
  /// NVIDIA's library; an error or no GPU: it has nothing to say. Empty: it is not asked.
  std::function<absl::StatusOr<std::vector<GpuDevice>>()> list;
};

/// The library where trials use GPUs, as EVOLT_NVML names it; nobody is asked where they do not.
GpuSources gpu_sources(double gpus);

/// Cores from the affinity mask. GPUs as CUDA would find them, by UUID (see visible_gpus()); where
/// NVIDIA's library has nothing to say, CUDA_VISIBLE_DEVICES as it stands if it is set, else every
/// UUID in the driver's directory.
HostResources host_resources(const Lookup& lookup, const GpuSources& sources = {});

/// host cores / cores per trial / ranks on this host, and no more than the GPUs suffice for; at
/// least 1. With a place: of its part with the fewest.
std::size_t default_slots(const HostResources& host, std::int32_t cores, double gpus,
                          const std::optional<TrialPlace>& place = {});

/// What one slot has to itself.
struct SlotAllotment {
  std::int32_t cores = 1;
  std::vector<std::string> gpus;
};

/// Deals the GPUs of this rank to its slots: whole ones to one slot each, or `1 / gpus` slots to
/// one where `gpus` is below 1. Ranks that share a host take disjoint parts of its list. Throws
/// ConfigError when they do not suffice (it says how many slots fit), and for `gpus` negative or
/// above 1 and not whole.
///
/// With a place, each of the trial's ranks here is dealt to like that from its part of the host,
/// and a slot has what they have together; `cores` are each rank's. Over several hosts GPUs go by
/// index, or as they were named to us, which means something on all of them. Also throws
/// ConfigError when the scheduler has dealt the host's GPUs to its ranks already.
std::vector<SlotAllotment> allot(const HostResources& host, std::size_t slots, std::int32_t cores,
                                 double gpus, const std::optional<TrialPlace>& place = {});

}  // namespace evolt
