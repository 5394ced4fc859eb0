#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string_view>

namespace evolt {

/// Crosses two parents by drawing each number between and a little beyond the two.
///
/// A numeric or ordinal gene is uniform over [min - alpha I, max + alpha I], where I is the
/// distance of the parents; beyond its range it is reflected. A choice comes from either parent.
/// Genes that sleep in a parent: as in UniformCrossover. Errors: ConfigError when alpha is negative
/// or not finite. Source: Eshelman & Schaffer 1993, "Real-Coded Genetic Algorithms and
/// Interval-Schemata", BLX-alpha (section 4).
class BlendCrossover {
 public:
  explicit BlendCrossover(double alpha = 0.5);

  std::string_view name() const { return "blend"; }
  Arity arity() const { return {.parents = 2, .offspring = 1}; }

  /// Requires: two parents.
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  double alpha_;
};

}  // namespace evolt
