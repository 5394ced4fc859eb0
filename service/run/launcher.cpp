#include "service/run/launcher.hpp"

#include "islands/loopback.hpp"
#include "service/run/supervisor.hpp"

#include <absl/strings/str_cat.h>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string_view>
#include <unistd.h>

namespace evolt {
namespace {

/// A rank alone: nobody to talk to.
class LoneTransport final : public Transport {
 public:
  LoneTransport() : network_(1), endpoint_(network_.endpoint(RankId{0})) {}

  RankId self() const override { return RankId{0}; }
  std::int32_t ranks() const override { return 1; }
  void send(RankId to, std::string bytes) override { endpoint_->send(to, std::move(bytes)); }
  std::vector<Frame> poll() override { return {}; }
  bool idle() const override { return true; }
  void forget(RankId) override {}
  void close() override {}
  [[noreturn]] void abort(int exit_code) override { std::_Exit(exit_code); }

 private:
  LoopbackNetwork network_;
  std::unique_ptr<Transport> endpoint_;
};

}  // namespace

bool under_mpi_launcher() {
  return launcher() != Launcher::none;
}

std::string program_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string(".") : self.parent_path().string();
}

absl::StatusOr<std::unique_ptr<Transport>> open_transport(MpiThreads threads) {
  if (!under_mpi_launcher()) {
    return std::make_unique<LoneTransport>();
  }
  const char* const named = std::getenv("EVOLT_MPI_MODULE");
  const std::string path = named != nullptr ? named : program_folder() + "/evolt_mpi.so";
  // UCX, below MPICH, writes its warnings to standard output, where our results go.
  setenv("UCX_LOG_FILE", "stderr", 0);
  // Global, because MPI libraries load parts of themselves that look for its symbols.
  void* const module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (module == nullptr) {
    const char* const why = dlerror();
    return absl::FailedPreconditionError(
        absl::StrCat("started by an MPI launcher, but the MPI module cannot be loaded: ",
                     why == nullptr ? path.c_str() : why,
                     "; build with -DEVOLT_WITH_MPI=ON, or run without mpirun"));
  }
  using Open = Transport* (*)(int);
  using Flavour = const char* (*)();
  const auto open = reinterpret_cast<Open>(dlsym(module, "evolt_open_transport"));
  const auto flavour = reinterpret_cast<Flavour>(dlsym(module, "evolt_mpi_flavour"));
  if (open == nullptr || flavour == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not an MPI module of evolt; rebuild it"));
  }
  const bool open_mpi = std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr;
  const std::string_view started_by = open_mpi ? "Open MPI" : "MPICH";
  if ((open_mpi || launcher() == Launcher::pmi1) && started_by != flavour()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "started by the launcher of ", std::string(started_by),
        ", but the MPI module is built for ", flavour(), ": use ",
        open_mpi ? "mpirun.mpich" : "mpirun.openmpi",
        ", or rebuild with -DMPI_CXX_COMPILER=", open_mpi ? "mpicxx.openmpi" : "mpicxx.mpich"));
  }
  std::unique_ptr<Transport> transport(open(threads == MpiThreads::several ? 1 : 0));
  if (transport == nullptr) {
    return absl::FailedPreconditionError("MPI could not be started");
  }
  tell_supervisor_mpi_is_up();
  return transport;
}

}  // namespace evolt
