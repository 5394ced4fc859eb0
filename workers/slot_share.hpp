#pragma once

#include "workers/energy/meter/host_account.hpp"
#include "workers/trial_spec.hpp"

#include <cstddef>
#include <vector>

namespace evolt {

/// What of this host each slot has, as the meter divides it: the trials' cores, and with `gpus` the
/// slot's GPUs by UUID, a slice or a shared one in part. A GPU of which it is not known which it is
/// stands by the name that it was given, so that nothing that is measured is taken for it. Errors:
/// as allot().
std::vector<WindowShare> slot_shares(const TrialSpec& spec, std::size_t slots, bool gpus);

}  // namespace evolt
