#pragma once

#include "islands/group_channel.hpp"

#include <memory>
#include <vector>

namespace evolt {

/// A group within a communicator (`world`, by MPI_Comm_c2f): one communicator for the function, one
/// for our own words. `members`: ranks of `world`, the leader first; `self` is one of them.
std::unique_ptr<GroupChannel> make_mpi_group(int world, std::vector<int> members, int self);

}  // namespace evolt
