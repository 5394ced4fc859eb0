#pragma once

#include "benchmarks/search_quality/driver.hpp"
#include "benchmarks/search_quality/pools.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace evolt {

/// A search of one table that starts from what is known of another, beside the same search without.
struct WarmStart {
  std::string target;
  std::string source;  ///< `reversed`: the target itself, misleading
  double correlation = 0;
  int workers = 1;

  /// Trials until the regret is reached that the median cold search has after 50 and 100 trials:
  /// the median over seeds. A search that does not get there within its budget counts as one trial
  /// more than that.
  std::int64_t cold_trials[2] = {0, 0};
  std::int64_t warm_trials[2] = {0, 0};

  /// Regret after 50, 100 and 200 trials, warm / cold: medians over seeds, each at least a tenth
  /// of what random search reaches.
  double regret_ratio[3] = {1, 1, 1};
};

struct WarmStartOptions {
  Searcher searcher;
  std::vector<int> workers = {1};
  Rows rows = Rows::again;
  std::uint64_t first_seed = 0;
  std::uint64_t seeds = 9;
  unsigned jobs = 1;  ///< searches at once
};

/// Each table as a target, with each other one of its collection as a source and with itself
/// reversed. Collections of one table, of other spaces or of fewer than 400 rows are passed over.
/// Errors: as run_search().
std::vector<WarmStart> run_warm_starts(const Pools& pools, const WarmStartOptions& options);

/// The table that people read: each pair, then geometric means over the sources that rank alike,
/// over those that do not, and over the misleading ones.
std::string warm_start_text(const std::vector<WarmStart>& pairs);

}  // namespace evolt
