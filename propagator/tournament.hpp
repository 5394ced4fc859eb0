#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

/// Picks parents from the living: each is the best of `size` drawn at random, with replacement.
///
/// From an archive in which nobody lives yet come strangers (see Immigrant).
/// Errors: ConfigError when `size` or `count` is 0.
/// Source: Brindle 1981, "Genetic Algorithms for Function Optimization", tournament selection.
class Tournament {
 public:
  explicit Tournament(std::size_t size = 2, std::size_t count = 2);

  std::string_view name() const { return "tournament"; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = count_}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  std::size_t size_;
  std::size_t count_;
};

}  // namespace evolt
