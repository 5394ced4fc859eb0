#pragma once

#include "propagator/axis.hpp"
#include "propagator/gaussian.hpp"

#include <cstddef>

namespace evolt {

/// Keeps a discrete coordinate alive: with probability `margin` at least a sample leaves the level
/// of the mean.
///
/// In the first or last level the mean is moved towards the only way out; in between, the mean is
/// moved and the coordinate widened until either side has its half. Requires: axis.levels() > 1; 0
/// < margin < 1/2. Source: Hamano, Saito, Nomura & Shirakawa 2022, "CMA-ES with Margin: Lower-
/// Bounding Marginal Probability for Mixed-Integer Black-Box Optimization", equations 9-15; the
/// deviation lives in the covariance here, which amounts to the same.
void keep_level_margin(Gaussian& gaussian, std::size_t j, const Axis& axis, double margin);

/// The x that a standard normal value exceeds with probability `tail`. Requires: 0 < tail <= 1/2.
double normal_quantile(double tail);

}  // namespace evolt
