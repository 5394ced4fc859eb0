#include "service/scaling/fabric.hpp"

#include <algorithm>

namespace evolt {
namespace {

constexpr double kMicro = 1e-6;
constexpr double kNano = 1e-9;

}  // namespace

const std::vector<Fabric>& fabrics() {
  static const std::vector<Fabric> all = {
      {"infiniband",
       {6.78 * kMicro},
       {1.2 * kMicro},
       {1.1 * kMicro},
       {0.5 * kNano},
       "InfiniBand, MVAPICH, the Tukey system at ANL: netgauge's output, "
       "tests/conf/ng-mpi-tukey.dat "
       "of the CODES project (its L is half a round trip, overheads included)"},
      {"infiniband-sdr",
       {5.3 * kMicro},
       {2.3 * kMicro},
       {2 * kMicro},
       {2.5 * kNano},
       "InfiniBand SDR, Odin: Hoefler, Schneider & Lumsdaine 2010, LogGOPSim, HPDC"},
      {"myrinet",
       {2.9 * kMicro},
       {2.4 * kMicro},
       {1.7 * kMicro},
       {5 * kNano},
       "Myrinet 2000, Big Red: Hoefler, Schneider & Lumsdaine 2010, LogGOPSim, HPDC"},
      {"ethernet",
       {25 * kMicro},
       {5 * kMicro},
       {6 * kMicro},
       {0.8 * kNano},
       "nominal, nowhere measured: TCP over 10 GbE"},
      {"here",
       {0.03 * kMicro},
       {0.1 * kMicro},
       {0.24 * kMicro},
       {0.125 * kNano},
       "measured: mpirun -n 2 fabric_bench, shared memory of one machine"},
      {"none", {}, {}, {}, {}, "no network: every message is there at once"},
  };
  return all;
}

std::optional<Fabric> find_fabric(std::string_view name) {
  const auto& all = fabrics();
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const Fabric& one) { return one.name == name; });
  return at == all.end() ? std::nullopt : std::optional(*at);
}

}  // namespace evolt
