#pragma once

#include "islands/transport.hpp"

/// The one door of the MPI module (a shared object that `evolt` loads only under an MPI launcher).
/// Calls MPI_Init_thread and gives the transport over all ranks, owned by the caller; nullptr after
/// a message to stderr when MPI cannot be used. `several_threads`, not 0: trials call MPI, too
/// (MPI_THREAD_MULTIPLE); otherwise the loop alone does. Call once. close() calls MPI_Finalize.
extern "C" evolt::Transport* evolt_open_transport(int several_threads);

/// The MPI it was built for: `MPICH` or `Open MPI`.
extern "C" const char* evolt_mpi_flavour();
