#pragma once

#include "benchmarks/search_quality/problem.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace evolt {

/// Who searches: a propagator of the catalogue inside the study that `evolt stdio` would drive.
struct Searcher {
  std::string propagator = "default";
  std::vector<std::string> settings;  ///< `key=value` as for `--set`: what is not the default
};

/// The objectives of each finished evaluation, in the order in which they finished.
/// Shape: evaluations x objectives, row by row.
using Results = std::vector<double>;

/// Runs one study of `evaluations` trials with `workers` slots in virtual time. A slot asks as soon
/// as it is free; with more than one, evaluations take log-normal times (mu 0, sigma 0.8) drawn
/// from a stream of their own, 7919 * seed + 13, so that results return out of order.
/// Errors: ConfigError for a propagator or a setting that does not exist.
Results run_search(const Problem& problem, const Searcher& searcher, int workers,
                   std::uint64_t seed, std::int64_t evaluations);

/// The yardstick: as many configurations drawn uniformly (log-uniformly where declared), without
/// any of the search's machinery.
Results run_uniform(const Problem& problem, std::uint64_t seed, std::int64_t evaluations);

/// What a search had reached at each checkpoint: with one objective the best value less the best
/// known, with two the hypervolume that is missing. Shape: one for each checkpoint.
std::vector<double> regrets(const Problem& problem, const Results& results);

}  // namespace evolt
