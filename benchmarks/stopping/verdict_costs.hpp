#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace evolt {

/// What judging one report costs, in nanoseconds of wall time.
struct VerdictCost {
  std::string what;
  double median = 0;  ///< over all reports: most rules judge at few of them
  double judged = 0;  ///< the mean of the slowest 8 %: four of fifty reports stand at a rung
};

/// One for each rule of the catalogue, with and without parking, and one for asking which parked
/// trial goes on; `curves` are known, of 50 points each.
std::vector<VerdictCost> verdict_costs(std::size_t curves);

}  // namespace evolt
