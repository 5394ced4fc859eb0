#pragma once

#include "benchmarks/search_quality/driver.hpp"
#include "benchmarks/search_quality/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// What one search had reached at the checkpoints of its problem; nullopt where nobody looked.
struct Run {
  const Problem* problem = nullptr;
  std::string method;
  int workers = 1;
  std::uint64_t seed = 0;
  std::vector<std::optional<double>> regrets;
  double search_seconds = 0;  ///< CPU time of ask and tell
};

struct CampaignOptions {
  std::vector<Searcher> searchers;
  std::vector<int> workers;  ///< empty: those that each problem names
  std::uint64_t first_seed = 0;
  std::uint64_t seeds = 9;
  double noise = 0;   ///< as Conditions
  unsigned jobs = 1;  ///< searches at once, each on a thread of its own
};

/// Calls `work(0)` .. `work(count - 1)` from `jobs` threads. Errors: the first exception of any.
void for_each_index(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work);

/// Every search of every problem, in the same order however many jobs there are.
/// Requires: `problems` outlives the result. Errors: as run_search().
std::vector<Run> run_campaign(const std::vector<Problem>& problems, const CampaignOptions& options);

/// What random search reaches on a problem at each checkpoint; nullopt where nobody knows.
using Yardsticks = std::map<const Problem*, std::vector<std::optional<double>>>;

/// The median over 45 seeds of uniform sampling, five times as many as the protocol measures a
/// search by, so that the yardstick is steadier than what it measures.
Yardsticks yardsticks(const std::vector<Problem>& problems, double noise, unsigned jobs);

}  // namespace evolt
