#include "workers/trial_environment.hpp"

#include "workers/text.hpp"

#include <algorithm>
#include <unistd.h>

namespace evolt {
namespace {

constexpr std::string_view kThreadCounts[] = {"OMP_NUM_THREADS", "MKL_NUM_THREADS",
                                              "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
                                              "VECLIB_MAXIMUM_THREADS"};

std::string_view name_of(std::string_view entry) {
  return entry.substr(0, entry.find('='));
}

/// Whether `env` of the study names the variable, with a value or without.
bool named_by_study(const TrialSpec& spec, std::string_view name) {
  return std::any_of(spec.env.begin(), spec.env.end(),
                     [name](const std::string& entry) { return name_of(entry) == name; });
}

}  // namespace

bool belongs_to_launcher(std::string_view name) {
  static constexpr std::string_view kPrefixes[] = {
      "PMI_",           "PMI2_",      "PMIX_",
      "PMIXHOST",       "PALS_",      "MPI_LOCAL",
      "HYDRA_",         "HYDI_",      "MPIR_",
      "OMPI_",          "PRTE_",      "SLURM_STEP",
      "SLURM_SRUN_",    "SLURM_PMI",  "SLURM_CPU_BIND",
      "SLURM_MEM_BIND", "SLURM_MPI_", "SLURM_NTASKS_PER",
      "EVOLT_"};
  static constexpr std::string_view kNames[] = {"PMI",
                                                "MPICH_INTERFACE_HOSTNAME",
                                                "SLURM_PROCID",
                                                "SLURM_LOCALID",
                                                "SLURM_NODEID",
                                                "SLURM_NNODES",
                                                "SLURM_JOB_NUM_NODES",
                                                "SLURM_GPUS_PER_TASK",
                                                "SLURM_TRES_PER_TASK",
                                                "SLURM_GPU_BIND",
                                                "SLURM_TASK_PID",
                                                "SLURM_GTIDS",
                                                "SLURM_NTASKS",
                                                "SLURM_NPROCS",
                                                "SLURM_DISTRIBUTION",
                                                "SLURM_TASKS",
                                                "SLURM_LAUNCH_NODE_IPADDR"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [name](std::string_view prefix) { return name.starts_with(prefix); }) ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::vector<std::string> slot_environment(std::span<const std::string> inherited,
                                          const TrialSpec& spec, const SlotAllotment& allotment) {
  std::vector<std::string> environment;
  for (const std::string& entry : inherited) {
    const std::string_view name = name_of(entry);
    if (!belongs_to_launcher(name) || named_by_study(spec, name)) {
      environment.push_back(entry);
    }
  }
  for (const std::string_view name : kThreadCounts) {
    if (!named_by_study(spec, name)) {
      set_variable(environment, name, std::to_string(allotment.cores));
    }
  }
  if (value_of(environment, "PYTHONUNBUFFERED").empty()) {
    set_variable(environment, "PYTHONUNBUFFERED", "1");
  }
  if (!allotment.gpus.empty()) {
    // Also where the study merely names the variable: handing the whole list on would let two slots
    // meet on one GPU.
    std::string visible;
    for (const std::string& gpu : allotment.gpus) {
      visible += (visible.empty() ? "" : ",") + gpu;
    }
    set_variable(environment, "CUDA_VISIBLE_DEVICES", visible);
  }
  if (!value_of(inherited, "SLURM_JOB_ID").empty() &&
      value_of(environment, "SLURM_OVERLAP").empty()) {
    set_variable(environment, "SLURM_OVERLAP", "1");  // its own srun shares our step's place
  }
  if (spec.shortest_phase) {
    set_variable(environment, "EVOLT_PHASE_SECONDS", concat(spec.shortest_phase->value));
  }
  if (spec.place) {
    set_variable(environment, "EVOLT_RANKS", std::to_string(spec.place->ranks()));
    set_variable(environment, "EVOLT_HOSTS", host_list(*spec.place));
  }
  for (const std::string& entry : spec.env) {
    if (const std::size_t equals = entry.find('='); equals != std::string::npos) {
      set_variable(environment, name_of(entry), std::string_view(entry).substr(equals + 1));
    }
  }
  return environment;
}

std::vector<std::string> inherited_environment() {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    entries.emplace_back(*entry);
  }
  return entries;
}

std::string_view value_of(std::span<const std::string> environment, std::string_view name) {
  for (const std::string& entry : environment) {
    if (name_of(entry) == name && entry.size() > name.size()) {
      return std::string_view(entry).substr(name.size() + 1);
    }
  }
  return {};
}

void set_variable(std::vector<std::string>& environment, std::string_view name,
                  std::string_view value) {
  std::string entry = concat(name, "=", value);
  const auto known = std::find_if(environment.begin(), environment.end(),
                                  [name](const std::string& old) { return name_of(old) == name; });
  if (known != environment.end()) {
    *known = std::move(entry);
  } else {
    environment.push_back(std::move(entry));
  }
}

}  // namespace evolt
