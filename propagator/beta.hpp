#pragma once

#include "core/rng.hpp"

namespace evolt {

/// A draw from the Beta distribution. Requires: a > 0, b > 0.
double draw_beta(double a, double b, Rng& rng);

}  // namespace evolt
