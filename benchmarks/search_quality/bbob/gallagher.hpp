#pragma once

#include "benchmarks/search_quality/bbob/transforms.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// f21, Gallagher's Gaussian 101-me peaks: 101 hills of random place, height and shape.
/// Source: RR-6829, section "21 Gallagher's Gaussian 101-me Peaks Function".
class Gallagher {
 public:
  /// Requires: dimension > 1.
  Gallagher(std::size_t dimension, Rng& rng);

  /// The distance to the smallest value.
  double operator()(std::span<const double> x) const;

  const Point& optimum() const { return optimum_; }

 private:
  struct Peak {
    double height = 0;
    Point centre;  ///< rotated
    Point shape;   ///< the diagonal of C_i
  };

  Point optimum_;
  Matrix rotation_;
  std::vector<Peak> peaks_;
};

}  // namespace evolt
