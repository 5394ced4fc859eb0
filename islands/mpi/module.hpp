#pragma once

#include "islands/transport.hpp"

/// The one door of the MPI module (a shared object that `evolt` loads only under an MPI launcher).
/// Calls MPI_Init_thread and gives the transport over all ranks, owned by the caller; nullptr after
/// a message to stderr when MPI cannot be used. Call once. close() calls MPI_Finalize.
extern "C" evolt::Transport* evolt_open_transport();

/// The MPI it was built for: `MPICH` or `Open MPI`.
extern "C" const char* evolt_mpi_flavour();
