#pragma once

#include <span>
#include <vector>

namespace evolt {

/// The volume that `points` dominate up to `reference`; smaller is better in every objective.
/// Points that are not better than the reference everywhere, and those with a NaN, add nothing.
///
/// Cost: O(n log n) for two objectives; otherwise slices along the last objective, O(n^(m-1)):
/// meant for fronts of up to a few hundred points in up to four objectives. Source: Zitzler &
/// Thiele 1998, "Multiobjective optimization using evolutionary algorithms" (the measure); While et
/// al. 2006, "A faster algorithm for calculating hypervolume" (slicing). Requires: every point has
/// as many numbers as the reference, at least one.
double hypervolume(std::vector<std::vector<double>> points, std::span<const double> reference);

}  // namespace evolt
