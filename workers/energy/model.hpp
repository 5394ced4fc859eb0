#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"
#include "workers/energy/cpu_facts.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace evolt {

struct ModelOptions {
  std::optional<Watts> tdp;  ///< of one socket, or of what a virtual machine has; else the table's
  double idle_share = 0.3;   ///< of the TDP, without load
  double exponent = 1;       ///< of the load
  double watts_per_gb = 0.375;  ///< of memory
};

/// Energy that nobody measured: P = P_idle + (TDP x sockets - P_idle) x load^exponent, with the
/// load by the CPU times of /proc/stat, and memory at so much a gigabyte. Right to a half or so,
/// and labelled so. In a virtual machine the TDP is that of its share of the processor's threads.
/// Errors: no sensor where no TDP is known, or /proc/stat cannot be read.
FoundSensor find_model(const HostRoots& roots, const CpuFacts& cpu, const Clock& clock,
                       const ModelOptions& options = {});

/// CPU time of all processors together since the start of the host, in ticks.
struct CpuTicks {
  std::uint64_t busy = 0;
  std::uint64_t total = 0;
};
/// Reads the first line of /proc/stat; nullopt: it is of another form.
std::optional<CpuTicks> read_cpu_ticks(std::string_view stat);

}  // namespace evolt
