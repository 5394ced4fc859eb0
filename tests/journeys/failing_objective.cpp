// The library under mpirun: a function that fails on one rank, in the way that is named.
//
//   mpirun -n 2 failing_objective throw|nan|none
//
// The first call of each rank succeeds. Rank 0 prints `EVALUATIONS best`, or `worse` where it saw a
// better one itself; rank 1 prints `failures N` on standard error.
#include "service/library/minimize.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

int main(int argc, char** argv) {
  const std::string how = argc > 1 ? argv[1] : "none";
  const char* const number = std::getenv("PMI_RANK");
  const std::string rank = number == nullptr ? "0" : number;
  const evolt::SearchSpace space({{"x", evolt::FloatDomain{.low = -1, .high = 1}, {}}});
  double least = std::numeric_limits<double>::infinity();
  int calls = 0;
  const auto function = [&](const evolt::Params& params) {
    // Long enough for both ranks to have their share of the budget.
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const bool fails = ++calls > 1 && rank == "1";
    if (fails && how == "throw") {
      throw std::runtime_error("rank 1 cannot");
    }
    const double x = std::get<double>(*evolt::find(params, "x"));
    if (fails && how == "nan") {
      return std::nan("");
    }
    least = std::fmin(least, x * x);
    return x * x;
  };
  const auto best = evolt::minimize(
      space, function, {.trials = 60, .seed = 4, .slots = 1, .islands = 2, .directory = ""});
  if (rank != "0") {
    std::fprintf(stderr, "failures %d\n", how == "none" ? 0 : calls - 1);
    return 0;
  }
  if (!best.ok()) {
    std::printf("error %s\n", std::string(best.status().message()).c_str());
    return 1;
  }
  std::printf("%lld %s\n", static_cast<long long>(best->trials),
              best->value <= least ? "best" : "worse");
  return 0;
}
