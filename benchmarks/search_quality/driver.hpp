#pragma once

#include "benchmarks/search_quality/problem.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace evolt {

/// Who searches: a propagator of the catalogue inside the study that `evolt stdio` would drive.
struct Searcher {
  std::string propagator = "default";
  std::vector<std::string> settings;  ///< `key=value` as for `--set`: what is not the default
};

/// What one search runs under.
struct Conditions {
  int workers = 1;  ///< slots
  std::uint64_t seed = 0;
  std::int64_t evaluations = 0;
  double noise = 0;           ///< standard deviation of what is added to each value that is told
  std::vector<Params> prior;  ///< good configurations of other studies, best first
};

/// What came of the evaluations, in the order in which they finished.
struct Results {
  std::vector<double> values;  ///< evaluations x objectives, row by row, without noise
  std::vector<double> told;    ///< what the search was told; empty: the values
  /// Under noise: at each checkpoint (by evaluations) the true value of what the search itself then
  /// names as its best.
  std::map<std::int64_t, double> returned;
  double search_seconds = 0;  ///< CPU time of its ask and tell
};

/// Runs one study with virtual time for the evaluations. A slot asks as soon as it is free; with
/// more than one, evaluations take log-normal times (mu 0, sigma 0.8) drawn from a stream of their
/// own, 7919 * seed + 13, so that results return out of order.
/// Errors: ConfigError for a propagator or a setting that does not exist.
Results run_search(const Problem& problem, const Searcher& searcher, const Conditions& conditions);

/// The yardstick: configurations drawn uniformly (log-uniformly where declared), without any of the
/// search's machinery, under the same noise. The number of slots makes no difference.
Results run_uniform(const Problem& problem, const Conditions& conditions);

/// What a search had reached at each checkpoint: with one objective the value, less the best known,
/// of the configuration that the search names as its best (for the yardstick: that looked best by
/// what was told); with two the hypervolume that is
/// missing. Shape: one for each checkpoint.
std::vector<double> regrets(const Problem& problem, const Results& results);

}  // namespace evolt
