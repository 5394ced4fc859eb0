#pragma once

#include "islands/group_channel.hpp"
#include "service/library/minimize.hpp"
#include "workers/executor.hpp"
#include "workers/inproc_executor.hpp"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// Called on every rank of a group with the same parameters; what the leader's call gives counts.
using GroupFunction = std::function<double(const Params&, const TrialRanks&)>;

/// Runs such functions. On the leader of a group: one slot; each trial is called on all its ranks,
/// and has failed when one of them threw. On the others: no slots, a thread that waits for the
/// leader's word, asleep. `group` null: this rank alone is the group. Requires: `group` outlives
/// what is made. `metric`: the name of the result.
std::unique_ptr<Executor> make_group_executor(boost::asio::io_context& io, GroupFunction function,
                                              std::string metric, GroupChannel* group);

}  // namespace evolt
