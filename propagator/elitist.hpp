#pragma once

#include "core/rng.hpp"
#include "propagator/mutation.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

struct ElitistOptions {
  double pressure = 2;      ///< rank floor(N r^pressure), r uniform in [0, 1)
  double recombined = 0.5;  ///< how often a second parent takes part
  double exchanged = 0.3;   ///< share of the genes that come from it
  MutationOptions mutation{.more = 0.35, .scale = 0.4, .decades = 2.5};
};

/// Recombination and heavy-tailed mutation of the best N = clip(10 + 2d, 16, 40).
///
/// A parent, in half of the cases with some genes of a second, then Mutation. From an archive in
/// which nobody lives yet comes a stranger. Errors: ConfigError for a pressure below 1 or not
/// finite, and a share outside [0, 1]. Source: elitist steady-state selection by rank, Whitley
/// 1989, "GENITOR"; the power is ours.
class Elitist {
 public:
  explicit Elitist(ElitistOptions options = {});

  std::string_view name() const { return "elitist"; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  ElitistOptions options_;
  Mutation mutation_;
};

}  // namespace evolt
