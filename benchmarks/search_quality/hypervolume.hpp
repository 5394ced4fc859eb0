#pragma once

#include <span>

namespace evolt {

/// The area that points with two objectives, both to be minimised, dominate below a reference
/// point: exact, in O(n log n). Points that are not better than the reference in both objectives
/// add nothing; neither does one with a NaN. Shape: `points` holds pairs, `reference` two numbers.
double hypervolume(std::span<const double> points, std::span<const double> reference);

}  // namespace evolt
