#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// A launcher of MPI ends the whole job when one rank dies. So the process that it starts is a
/// supervisor: it runs the real rank as its child, and when that dies, ends the dialogue with the
/// launcher (PMI) in its place, so that the other ranks go on. When rank 0 dies it ends the job.

/// What kind of launcher this process was started by, as far as ranks that die are concerned.
enum class Launcher {
  none,      ///< no launcher
  pmi1,      ///< Hydra: the PMI-1 dialogue
  slurm,     ///< srun --mpi=pmi2; --kill-on-bad-exit=0 keeps the others
  unknowing  ///< another: it ends the job when a rank dies
};

Launcher launcher();

/// Under a launcher that lets ranks die one by one: becomes the supervisor, runs this very command
/// again as its child, passes signals on, and gives the exit code for this process once the child
/// has ended. Nullopt: this process is to go on as what it is (the child, or not under such a
/// launcher). Call before anything is printed or any thread is started.
std::optional<int> supervise();

/// What a rank tells its supervisor; without one these do nothing.
void tell_supervisor_mpi_is_up();
/// Where notes of deaths are left: DIR/run.
void tell_supervisor_directory(const std::string& run_directory);
/// The rank ends in good order; `finalized`: by MPI_Finalize, so the dialogue is over.
void tell_supervisor_end(bool finalized);

}  // namespace evolt
