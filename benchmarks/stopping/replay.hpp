#pragma once

#include "benchmarks/stopping/curve_table.hpp"
#include "estimators/estimator.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace evolt {

/// What a rule cost and found over recorded curves, on average over pools.
struct ReplayResult {
  double saved = 0;  ///< 1 - epochs spent / (configurations x epochs)
  double hit = 0;    ///< share of pools whose result is among the best 1 % (at least one)
};

struct ReplayOptions {
  std::size_t pool = 400;  ///< at most half of the table
  std::uint64_t pools = 60;
};

/// One worker trains the configurations of random pools in random order, and each parked trial when
/// the rule takes it up again, epoch by epoch, as the curves have it. The result of a pool is the
/// configuration with the best last value of those that finished. Curves without a last value are
/// nobody's result; an epoch without a value ends the trial, as a crash would.
ReplayResult replay(const CurveTable& table, const Estimator& rule, const ReplayOptions& options);

/// The mean of all tables, each counting the same.
ReplayResult mean_of(const std::vector<ReplayResult>& results);

}  // namespace evolt
