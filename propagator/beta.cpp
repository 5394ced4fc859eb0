#include "propagator/beta.hpp"

#include <cassert>
#include <cmath>

namespace evolt {
namespace {

/// Gamma distribution of scale 1, by Marsaglia & Tsang 2000, "A simple method for generating gamma
/// variables", sections 4 and 6. Requires: shape > 0.
double draw_gamma(double shape, Rng& rng) {
  if (shape < 1) {
    // 1 - uniform() is never 0.
    return draw_gamma(shape + 1, rng) * std::pow(1 - rng.uniform(), 1 / shape);
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = rng.normal();
    const double v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(1 - rng.uniform()) < 0.5 * x * x + d * (1 - v + std::log(v))) {
      return d * v;
    }
  }
}

}  // namespace

double draw_beta(double a, double b, Rng& rng) {
  assert(a > 0 && b > 0);
  const double x = draw_gamma(a, rng);
  const double y = draw_gamma(b, rng);
  return x + y > 0 ? x / (x + y) : 0.5;
}

}  // namespace evolt
