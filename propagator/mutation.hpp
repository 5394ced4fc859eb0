#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

struct MutationOptions {
  double more = 0.35;    ///< probability of changing yet another gene, after each
  double scale = 0.4;    ///< largest standard deviation of a step, of the whole range
  double decades = 2.5;  ///< steps are spread over so many powers of ten below it
};

/// Changes one gene that is active, and with probability `more` each time yet another.
///
/// A number moves by N(0, 1) * scale * 10^(-decades * r), r uniform in [0, 1): mostly small steps,
/// now and then one over the whole range; beyond its range it is reflected. Integers, stepped
/// numbers and ordinals that a step would leave on their value go to a neighbour instead. A choice
/// becomes another choice. Parameters with a single value, and those that sleep, stay as they are.
/// Errors: ConfigError when `more` is not within [0, 1), or a scale or decades negative or not
/// finite. Source: the log-uniform spread of step sizes follows Muehlenbein & Schlierkamp-Voosen
/// 1993, "Predictive Models for the Breeder Genetic Algorithm", section 3; ours is continuous and
/// normal.
class Mutation {
 public:
  explicit Mutation(MutationOptions options = {});

  std::string_view name() const { return "mutation"; }
  Arity arity() const { return {.parents = 1, .offspring = 1}; }

  /// Requires: one parent.
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

  /// Mutates in place.
  void mutate(const Encoding& encoding, Genome& genome, Rng& rng) const;

 private:
  double changed(const Axis& axis, double gene, Rng& rng) const;

  MutationOptions options_;
};

}  // namespace evolt
