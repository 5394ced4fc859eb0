// minimize_on_ranks() over real MPI: mpiexec -n R mpi_minimize G MODE. The function adds up over
// its ranks by a collective of its own. MODE: `whole`; `throws` (on the last rank of some trials);
// `divide` (the ranks cannot be divided); `dies` (rank 3 of the job, in its fifth call; DIR is
// needed).
#include "service/library/minimize.hpp"
#include "service/run/supervisor.hpp"

#include <mpi.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace {

using evolt::Params;
using evolt::TrialRanks;

double square(const Params& params) {
  const double x = std::get<double>(params.front().second);
  return (x - 0.25) * (x - 0.25);
}

/// Each rank has its part; the sum is the square.
double together(const Params& params, const TrialRanks& at) {
  if (at.communicator == 0) {
    return square(params);  // this rank alone
  }
  const MPI_Comm comm = MPI_Comm_f2c(at.communicator);
  int rank = -1;
  int ranks = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  if (rank != at.rank || ranks != at.ranks) {
    throw std::logic_error("the communicator is not what it is said to be");
  }
  const double part = square(params) * (rank + 1);
  double sum = 0;
  MPI_Allreduce(&part, &sum, 1, MPI_DOUBLE, MPI_SUM, comm);
  return sum / (ranks * (ranks + 1) / 2);
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto code = evolt::supervise()) {
    return *code;
  }
  if (argc < 3) {
    return EXIT_FAILURE;
  }
  const std::string mode = argv[2];
  evolt::MinimizeOptions options{.trials = 40, .seed = 3};
  options.ranks_per_trial = std::atoi(argv[1]);
  options.directory = argc > 3 ? argv[3] : "";
  int calls = 0;
  const auto found = evolt::minimize_on_ranks(
      evolt::SearchSpace({{"x", evolt::FloatDomain{.low = 0, .high = 1}, {}}}),
      [&](const Params& params, const TrialRanks& at) {
        int world = 0;
        MPI_Comm_rank(MPI_COMM_WORLD, &world);
        if (mode == "dies" && world == 3 && ++calls == 5) {
          std::raise(SIGKILL);
        }
        const double value = together(params, at);
        if (mode == "throws" && at.rank == at.ranks - 1 &&
            std::get<double>(params.front().second) > 0.5) {
          throw std::runtime_error("no luck above a half");
        }
        return value;
      },
      options);
  if (mode == "divide") {
    std::printf("%s\n", std::string(found.status().message()).c_str());
    return found.ok() ? EXIT_FAILURE : EXIT_SUCCESS;
  }
  if (absl::IsNotFound(found.status())) {
    return EXIT_SUCCESS;  // not rank 0
  }
  if (!found.ok()) {
    std::fprintf(stderr, "%s\n", std::string(found.status().message()).c_str());
    return EXIT_FAILURE;
  }
  const double x = std::get<double>(found->params.front().second);
  std::printf("x %.4f value %.3g of %lld\n", x, found->value,
              static_cast<long long>(found->trials));
  std::fflush(stdout);
  const bool right = std::abs(found->value - square(found->params)) < 1e-12;
  return right && found->trials == 40 && std::abs(x - 0.25) < 0.1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
