#pragma once

#include "core/rng.hpp"
#include "core/value.hpp"
#include "propagator/encoding.hpp"
#include "propagator/mutation.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace evolt {

/// Sets the genes of the parameters that `params` names; the others stay.
/// Requires: values of their domains.
void put(const Encoding& encoding, const Params& params, Genome& genome);

/// What other studies found good, proposed here: one of their configurations, the better the more
/// often, sometimes with a mutation.
///
/// Only ranks travel between studies, never scores: theirs may be of another task. Parameters that
/// a configuration does not name come from our best so far, or at random. Whether it is worth its
/// turns is for whoever gives them to find out (see Bandit): this one does not learn.
/// Source: the idea of starting from the best of earlier tasks is that of Feurer et al. 2015,
/// "Initializing Bayesian hyperparameter optimization via meta-learning"; ours needs no
/// meta-features, since a source that misleads loses its turns.
class Transfer {
 public:
  static constexpr std::string_view kName = "transfer";

  /// `prior`: configurations, best first; parameters of the space with values of their domains, in
  /// any number. Errors: ConfigError when `prior` is empty.
  explicit Transfer(std::span<const Params> prior);

  std::string_view name() const { return kName; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  std::vector<Params> prior_;
  Mutation mutation_;
};

}  // namespace evolt
