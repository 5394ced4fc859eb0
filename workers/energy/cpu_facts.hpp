#pragma once

#include "workers/energy/host_roots.hpp"

#include <string>
#include <vector>

namespace evolt {

/// Where a processor of the system sits.
struct CpuPlace {
  int cpu = 0;
  int package = 0;
  int die = 0;
};

/// What the kernel tells of the processors.
struct CpuFacts {
  std::string vendor;  ///< `GenuineIntel`, `AuthenticAMD`; empty: not told
  std::string model_name;
  int family = 0;
  int model = 0;
  bool virtual_machine = false;  ///< the processor says that a hypervisor stands between
  std::vector<CpuPlace> places;  ///< of what is online, by number

  int packages() const;  ///< how many, at least 1
};

CpuFacts read_cpu_facts(const HostRoots& roots);

/// Systematic relative error of this processor's own energy counters: 4 % where they measure at the
/// regulator (servers of Intel's, which also count dram), 10 % for client processors, AMD's and
/// what is not known.
double counter_gain(const CpuFacts& facts, bool has_dram);

}  // namespace evolt
