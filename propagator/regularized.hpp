#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

struct RegularizedOptions {
  std::size_t population = 100;  ///< the youngest so many live
  std::size_t sample = 25;       ///< of which so many are drawn for each child
};

/// Aging evolution: everybody dies of old age, none for being bad. A yardstick of architecture
/// search.
///
/// Strangers until `population` individuals are known; then a child of the best of `sample` drawn,
/// with replacement, from the youngest `population`: one active gene is changed, a choice to
/// another one, a number by a normal step of a fifth of its range. Individuals with a NaN are never
/// drawn. Errors: ConfigError for a population or sample of 0, or a population above
/// Archive::kNewest. Source: Real, Aggarwal, Huang & Le 2019, "Regularized Evolution for Image
/// Classifier Architecture Search", algorithm 1, with its population and sample; it has no numbers
/// to change.
class Regularized {
 public:
  explicit Regularized(RegularizedOptions options = {});

  std::string_view name() const { return "regularized"; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  RegularizedOptions options_;
};

}  // namespace evolt
