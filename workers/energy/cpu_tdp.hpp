#pragma once

#include "core/units.hpp"
#include "workers/energy/cpu_facts.hpp"

#include <optional>
#include <string>

namespace evolt {

/// What a vendor says of a processor.
struct CpuTdp {
  std::string name;  ///< as in the table
  Watts watts;       ///< thermal design power of one socket
  int cores = 0;     ///< of one socket
};

/// The row of our table for this processor; nullopt: it has none.
/// Source: the vendors' public product pages (Intel ARK "TDP" or "Processor Base Power", AMD
/// "Default TDP"), 2026. Where a virtual machine names only a generation, its large model stands
/// for it.
std::optional<CpuTdp> table_tdp(const CpuFacts& cpu);

}  // namespace evolt
