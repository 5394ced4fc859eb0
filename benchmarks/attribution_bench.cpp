// How sharp are the bounds on a trial's joules, and do they hold? Thousands of simulated hosts on
// which trials of unequal power share one meter; no google-benchmark, for it is not about time.
//   attribution_bench [MIXES]   (default 10,000)

#include "tests/workers/energy/simulated_host.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using evolt::test::MixFigures;
using evolt::test::MixOptions;

void print(const std::string& name, const MixFigures& f) {
  std::printf("%-44s %7zu %7zu %7zu %9.1e %8.1f %% %8.1f %% %9.3f %7.1f %%\n", name.c_str(),
              f.trials, f.missing, f.outside, f.worst_balance, 100 * f.median(f.half_widths),
              100 * f.median(f.errors), f.spearman, 100 * f.ties);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t mixes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
  std::printf("%-44s %7s %7s %7s %9s %10s %10s %9s %9s\n", "", "trials", "none", "outside",
              "balance", "half-width", "error", "spearman", "ties");

  MixOptions alone{.slots = 1, .gain = 0.03};
  print("alone, 10 s and more, gain 3 %", evolt::test::run_mixes(alone, mixes, 1));

  MixOptions shared;
  shared.account.cpu_ratio = 2;
  print("eight slots, r 2 (default)", evolt::test::run_mixes(shared, mixes, 2));
  shared.account.cpu_ratio = 1.5;
  print("eight slots, r 1.5 (calibrated)", evolt::test::run_mixes(shared, mixes, 2));
  shared.free_watts = true;
  print("the same, watts change every second", evolt::test::run_mixes(shared, mixes, 2));
  shared.free_watts = false;
  for (const double steady : {0.0, 0.001, 0.003, 0.01, 0.03}) {
    shared.drift = steady;
    shared.account.steadiness = steady;
    print("eight slots, r 1.5, steady within " + std::to_string(steady),
          evolt::test::run_mixes(shared, mixes / 10, 3));
  }
  return 0;
}
