#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <string>

namespace evolt::test {

/// Best is 0: in mixed(), a net with 4 layers of width 128, dropout 0.35, lr 0.003, batch 32,
/// scaled, shift 0.4.
double branches(const Params& params);

/// The median over 9 seeds of the best score that a propagator of the catalogue finds within
/// `budget` results, 4 running at once, 20 opening moves.
double median_best(const SearchSpace& space, const std::string& name,
                   double (*objective)(const Params&), int budget);

}  // namespace evolt::test
