#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

struct PropulateOptions {
  std::size_t elite = 8;    ///< the best so many are parents (Propulate: two for each rank)
  double crossover = 0.7;   ///< probability of uniform crossover; one parent alone otherwise
  double point = 0.4;       ///< probability of drawing one gene anew
  double interval = 1;      ///< probability of a normal step of one number,
  double deviation = 0.05;  ///< with this standard deviation, of the range
  double stranger = 0.1;    ///< probability of drawing everything anew
};

/// Propulate's default genetic algorithm, for those who come from there.
///
/// Two different parents of the elite, uniform crossover, one gene drawn anew, a normal step of one
/// number, now and then a stranger. Its steps stop at the bounds. Ours differs where Propulate has
/// nothing to say: genes that sleep are neither counted nor changed. Source: Taubert et al. 2023,
/// "Massively Parallel Genetic Optimization Through Asynchronous Propagation of Populations", and
/// the defaults of version 1.2.
class Propulate {
 public:
  explicit Propulate(
      PropulateOptions options = {});  ///< throws ConfigError: no elite, or no chance

  std::string_view name() const { return "propulate"; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  void mutate(const Encoding& encoding, Genome& genome, Rng& rng) const;

  PropulateOptions options_;
};

}  // namespace evolt
