#pragma once

#include "core/clock.hpp"
#include "workers/energy/cpu_facts.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/energy/mirrored_counters.hpp"

namespace evolt {

/// RAPL counters through /sys/class/powercap, of Intel's and AMD's processors: every package, the
/// dram behind each, and psys. A package holds its core and uncore, which are left out; it does not
/// hold dram. Counters that are shown twice are read once.
FoundSensor find_powercap(const HostRoots& roots, const CpuFacts& cpu, const Clock& clock,
                          const Pause& pause);

}  // namespace evolt
