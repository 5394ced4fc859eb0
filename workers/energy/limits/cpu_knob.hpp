#pragma once

#include "workers/energy/host_roots.hpp"
#include "workers/energy/limits/limit_knob.hpp"

#include <memory>
#include <string>
#include <vector>

namespace evolt {

/// The long-term power limit of each processor package, through powercap: all of them, or the one
/// whose zone is called `zone` (`intel-rapl:0`). Its `most` is what the zone names as the highest
/// power, where it names one; it has no least. Empty where there is no such zone.
/// Source: the kernel's Documentation/power/powercap/powercap.rst.
std::vector<std::unique_ptr<LimitKnob>> find_cpu_knobs(const HostRoots& roots,
                                                       const std::string& zone = {});

}  // namespace evolt
