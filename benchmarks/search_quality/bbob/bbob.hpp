#pragma once

#include "benchmarks/search_quality/bbob/transforms.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace evolt {

/// A function on [-5, 5]^D by its distance to the smallest value, with where that is.
struct BbobFunction {
  Point optimum;
  std::function<double(std::span<const double> x)> distance;  ///< 0 at the optimum; Thread: any
};

/// Function `number` (1, 3, 6, 8, 10, 13, 15, 17 or 21) of the noiseless testbed. The definitions
/// are the published ones; optima and rotations are drawn by our own generator, so that an instance
/// is not COCO's instance of the same number. The additive f_opt is left out: values are distances.
///
/// Requires: dimension > 1. Errors: std::invalid_argument for another number.
/// Source: Hansen, Finck, Ros & Auger 2009, INRIA RR-6829, one section for each function.
BbobFunction bbob_function(int number, std::size_t dimension, std::uint64_t instance);

}  // namespace evolt
