#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace evolt {

/// Where a trial of several ranks runs: the hosts of its ranks, and what of this host is theirs.
struct TrialPlace {
  std::vector<std::string> hosts;       ///< of each rank of a trial; this host first
  std::int32_t parts = 1;               ///< into which this host is divided, one for each rank here
  std::vector<std::int32_t> own = {0};  ///< of these, the parts of the trial's ranks

  std::int32_t ranks() const { return static_cast<std::int32_t>(hosts.size()); }
  bool spans_hosts() const { return hosts.front() != hosts.back(); }
};

/// `host1:2,host2:2`, as `mpirun -hosts` (MPICH) and `mpirun --host` (Open MPI) take it.
/// Requires: ranks of one host stand together.
std::string host_list(const TrialPlace& place);

/// One line for each rank with the name of its host, as in a node file of PBS: `mpirun -f` (MPICH)
/// and `mpirun --hostfile` (Open MPI) read it.
std::string host_file(const TrialPlace& place);

}  // namespace evolt
