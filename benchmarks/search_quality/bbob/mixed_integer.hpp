#pragma once

#include "benchmarks/search_quality/bbob/bbob.hpp"
#include "core/search_space.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace evolt {

/// A BBOB function of which four fifths of the variables are integers: in equal groups, in this
/// order, of 2, 4, 8 and 16 values, then continuous ones in [-5, 5].
///
/// Value j of n stands at -5 + 10 (j + 1) / (n + 1), moved by less than the distance of two values
/// so that the one nearest to the optimum lies on it: the smallest value stays attainable. COCO
/// also scales some of the functions; scores are relative to random search, so we do not. Source:
/// Tusar, Brockhoff & Hansen 2019, "Mixed-Integer Benchmark Problems for Single- and Bi-Objective
/// Optimization", GECCO, section 3.
class MixedIntegerFunction {
 public:
  /// Requires: dimension is a multiple of 5. Errors: as bbob_function().
  MixedIntegerFunction(int number, std::size_t dimension, std::uint64_t instance);

  /// The distance to the smallest value. Requires: `params` fit mixed_integer_space(). Thread: any.
  double distance(const Params& params) const;

  /// The configuration with distance 0.
  Params optimum() const;

 private:
  BbobFunction function_;
  std::vector<double> shift_;  ///< of each variable's values; 0 for continuous ones
};

/// Shape: x1 .. xD. Requires: dimension is a multiple of 5.
SearchSpace mixed_integer_space(std::size_t dimension);

}  // namespace evolt
