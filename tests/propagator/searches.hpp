#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace evolt::test {

using Objective = std::function<double(const Params&)>;
using MakePropagator = std::function<Propagator(const Encoding&)>;

/// The numbers of a box of dimensions, in order.
std::vector<double> numbers(const Params& params);

double sphere(const Params& params);      ///< best is 0 where every parameter is 1.7
double ellipsoid(const Params& params);   ///< the same, with axes that differ by 1,000
double rosenbrock(const Params& params);  ///< best is 0 where every parameter is 1

/// The best value of `budget` evaluations. `slots` run at once and come back in random order.
double best_of(const SearchSpace& space, const MakePropagator& make, const Objective& objective,
               int budget, std::size_t slots, std::uint64_t seed);

/// The best value of `budget` evaluations, median over nine seeds. `slots` run at once and come
/// back in random order.
double median_best(const SearchSpace& space, const MakePropagator& make, const Objective& objective,
                   int budget, std::size_t slots = 1);

}  // namespace evolt::test
