#pragma once

#include "core/curve.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace evolt {

/// What a curve will be worth, and how sure that is.
struct Forecast {
  double value = 0;
  double spread = 0;  ///< standard deviation
};

/// Extrapolates y(t) = c + a t^-alpha with a >= 0 (values are smaller-is-better: c is where the
/// curve is going) to the step `horizon`.
///
/// For each alpha of a grid from 1/4 to 2, c and a by least squares, with the prediction's standard
/// error from the residuals; the alphas are weighed by their likelihood (error^(-(n-2)/2), c and a
/// integrated out), so their disagreement is part of the spread. nullopt for fewer than four finite
/// values. Values that are not finite, and steps below 1, are left out; only the newest 64 are
/// looked at. Shape: ordered by step. Cost: O(points), about 1 us for 50.
///
/// Source: the family pow3 of Domhan, Springenberg, Hutter 2015, "Speeding up Automatic
/// Hyperparameter Optimization of Deep Neural Networks by Extrapolation of Learning Curves", IJCAI,
/// table 1. There eleven families are mixed, by Markov chains.
std::optional<Forecast> extrapolate(std::span<const CurvePoint> points, std::int64_t horizon);

}  // namespace evolt
