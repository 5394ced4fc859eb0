#include "propagator/immigrant.hpp"

#include <string>

namespace evolt {

Brood Immigrant::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                       Rng& rng) const {
  Brood brood;
  brood.push_back({.genome = ground.encoding.random(rng),
                   .lineage = {.propagator = std::string(kName), .parents = {}}});
  return brood;
}

}  // namespace evolt
