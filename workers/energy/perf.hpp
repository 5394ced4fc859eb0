#pragma once

#include "core/clock.hpp"
#include "workers/energy/cpu_facts.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/energy/perf_counter.hpp"

#include <optional>
#include <set>

namespace evolt {

/// The parts that the kernel's PMU `power` counts on this host, whether or not we may; nullopt: it
/// has no such PMU.
std::optional<std::set<EnergyPart>> perf_parts(const HostRoots& roots);

/// RAPL counters through perf_event: 64 bits wide, so that no wrap shows. `opener` is nullptr where
/// only files are to be looked at.
FoundSensor find_perf(const HostRoots& roots, const CpuFacts& cpu, const Clock& clock,
                      PerfOpener* opener);

}  // namespace evolt
