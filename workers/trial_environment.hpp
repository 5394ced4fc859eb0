#pragma once

#include "workers/allotment.hpp"
#include "workers/trial_spec.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Whether a variable belongs to the launcher of this very process (PMI, Hydra, Open MPI, a Slurm
/// step) or to us: a trial must not inherit it, so that it can start an `mpirun` of its own.
bool belongs_to_launcher(std::string_view name);

/// `inherited` (each NAME=VALUE) as the trials of one slot see it: without the launcher's
/// variables, thread counts set to the slot's cores, CUDA_VISIBLE_DEVICES to its GPUs (left alone
/// where the study asks for none), PYTHONUNBUFFERED=1 so that reports come when they are printed,
/// SLURM_OVERLAP=1 in a Slurm job, so that a trial's own `srun` does not wait for ours to end,
/// EVOLT_RANKS and EVOLT_HOSTS for trials of several ranks, EVOLT_PHASE_SECONDS where trials are
/// measured, and the study's own `env` on top:
/// NAME=VALUE is set, NAME is handed on from `inherited` unchanged.
std::vector<std::string> slot_environment(std::span<const std::string> inherited,
                                          const TrialSpec& spec, const SlotAllotment& allotment);

/// The variables of this process, each NAME=VALUE.
std::vector<std::string> inherited_environment();

/// The value of NAME among NAME=VALUE entries; empty where it is not set.
std::string_view value_of(std::span<const std::string> environment, std::string_view name);

/// Sets NAME=VALUE, in place of an older value.
void set_variable(std::vector<std::string>& environment, std::string_view name,
                  std::string_view value);

}  // namespace evolt
