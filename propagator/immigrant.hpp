#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string_view>

namespace evolt {

/// A stranger: one configuration drawn at random from the whole space, without parents. It may be
/// forbidden, as anything that a propagator breeds.
class Immigrant {
 public:
  static constexpr std::string_view kName = "immigrant";

  std::string_view name() const { return kName; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;
};

}  // namespace evolt
