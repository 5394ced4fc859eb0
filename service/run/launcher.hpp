#pragma once

#include "islands/transport.hpp"

#include <absl/status/statusor.h>

#include <memory>
#include <string>

namespace evolt {

/// Whether this process was started by an MPI launcher (the variables of PMI or of Slurm's PMI-2
/// tell).
bool under_mpi_launcher();

/// Who calls MPI: the loop alone, or the threads of trials, too.
enum class MpiThreads { loop, several };

/// The transport between the ranks of this run: MPI, from the module beside this program (or
/// EVOLT_MPI_MODULE), under an MPI launcher; otherwise a lone rank.
/// Errors: failed_precondition when the launcher or the module does not fit, with what to do.
absl::StatusOr<std::unique_ptr<Transport>> open_transport(MpiThreads threads = MpiThreads::loop);

/// This program's own folder.
std::string program_folder();

}  // namespace evolt
