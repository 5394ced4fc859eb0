#pragma once

#include "core/units.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What a batch job of a study is to be like.
struct BatchJob {
  std::string name;                  ///< of the study; the job's
  std::vector<std::string> command;  ///< one rank of the study, argv
  std::string directory;             ///< from where it runs, absolute
  std::int32_t nodes = 1;
  std::int32_t ranks = 1;  ///< over all nodes
  std::int32_t cores = 1;  ///< of each rank
  std::int32_t gpus_per_node = 0;
  std::string time;                   ///< Slurm's limit of one job, as it writes it
  Seconds warning{120};               ///< before that limit, for trials to save and end
  std::string mpi = "pmi2";           ///< srun's kind of PMI
  std::vector<std::string> settings;  ///< further options for sbatch, as on its command line
};

/// Reads a time limit as Slurm writes it: MINUTES, M:S, H:M:S, D-H, D-H:M or D-H:M:S.
/// Errors: invalid_argument, with the forms.
absl::StatusOr<Seconds> parse_slurm_time(std::string_view text);

/// A batch script that runs the study to its end, over several jobs if it must. Slurm's TERM comes
/// `warning` before the limit; then the study stops in good order (exit code 3) and the job is put
/// into the queue again. A run that ended by a signal or may be tried again (75) is repeated within
/// the job, at most 20 times and not after two that ended within a minute. Any other exit code ends
/// the job.
/// Errors: invalid_argument for what Slurm would refuse, or a limit no longer than the warning.
absl::StatusOr<std::string> batch_script(const BatchJob& job);

}  // namespace evolt
