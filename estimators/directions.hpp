#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// Directions in which several values, each smaller being better, are looked at together: weights
/// on a lattice, from each value alone to all alike. Two values have five, three have six, more
/// have one for each and one for all. Shape: each as long as `values`, its sum 1. Requires: at
/// least 2.
std::vector<std::vector<double>> directions(std::size_t values);

/// What makes values of different units comparable: the best that came, and how far from it the
/// median stands.
struct ValueScale {
  std::vector<double> low;
  std::vector<double> span;

  /// Of points of `values` numbers each, one after the other, all finite. Requires: at least one
  /// point.
  static ValueScale of(std::span<const double> points, std::size_t values);

  /// How far a point is from the best in a direction; smaller is better. Whoever is smaller in all
  /// values is smaller in every direction.
  ///
  /// Source: the augmented weighted Tchebycheff distance, Steuer and Choo 1983, "An interactive
  /// weighted Tchebycheff procedure for multiple objective programming", Mathematical Programming;
  /// here the augmenting sum has equal weights, so that no direction is blind to a value.
  double distance(std::span<const double> point, std::span<const double> direction) const;
};

/// How many times as many points are among the best quarter in at least one direction as in one of
/// them: 1 where all directions agree, their number where no two do. Shape as ValueScale::of().
double breadth(std::span<const double> points, const ValueScale& scale,
               std::span<const std::vector<double>> directions);

}  // namespace evolt
