#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string_view>

namespace evolt {

/// Crosses two parents gene by gene: each gene comes from the second with probability `share`.
///
/// A gene that is active in only one parent comes from that parent, so that a branch keeps the
/// values it was tried with; one that sleeps in both stays as the first parent has it. Errors:
/// ConfigError when `share` is not within (0, 1). Source: Syswerda 1989, "Uniform Crossover in
/// Genetic Algorithms".
class UniformCrossover {
 public:
  explicit UniformCrossover(double share = 0.5);

  std::string_view name() const { return "uniform"; }
  Arity arity() const { return {.parents = 2, .offspring = 1}; }

  /// Requires: two parents.
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  double share_;
};

}  // namespace evolt
