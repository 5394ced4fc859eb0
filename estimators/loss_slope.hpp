#pragma once

#include <optional>
#include <span>

namespace evolt {

/// The mean slope of the curve L(k) = 1 / (b1 + b2 k) + b3 fitted to training losses, k = 1, 2, ...
/// being the number of the report; the losses are divided by their largest first, and the first two
/// are left out. Steeper, that is smaller, is better.
///
/// nullopt for fewer than six losses, one that is not finite, and a largest one that is not above
/// 0. A curve that rises has slope 0. Cost: O(losses), about a microsecond for ten.
///
/// Source: Zhao, Frey, Gadepally, Samsi 2022, "Loss Curve Approximations for Fast Neural
/// Architecture Ranking & Training Elasticity Estimation", IPDPS workshops: b1, b2, b3 >= 0, score
/// the mean of L'(k). There the losses are those of the first ten epochs or so, and the fit is by a
/// general solver; here all reports so far count, and for each b2 / b1 of a grid the rest is linear
/// least squares.
std::optional<double> loss_slope(std::span<const double> losses);

}  // namespace evolt
