#include "propagator/uniform_crossover.hpp"

#include "core/config_error.hpp"
#include "propagator/parents.hpp"

#include <absl/strings/str_cat.h>

#include <cassert>
#include <cstddef>

namespace evolt {

UniformCrossover::UniformCrossover(double share) : share_(share) {
  if (!(share > 0 && share < 1)) {
    throw ConfigError(Complaint{.what = "uniform crossover: share must lie between 0 and 1",
                                .key = "uniform.share",
                                .found = absl::StrCat(share)});
  }
}

Brood UniformCrossover::breed(const Ground& ground, std::span<const Offspring> parents,
                              Rng& rng) const {
  assert(parents.size() == 2);
  const Genome& first = parents[0].genome;
  const Genome& second = parents[1].genome;
  const ActiveMask in_first = ground.encoding.active_mask(first);
  const ActiveMask in_second = ground.encoding.active_mask(second);
  Genome child = first;
  for (std::size_t i = 0; i < child.genes.size(); ++i) {
    if (in_second[i] && (!in_first[i] || rng.chance(share_))) {
      child.genes[i] = second.genes[i];
    }
  }
  Brood brood;
  brood.push_back({.genome = std::move(child), .lineage = crossed(name(), parents)});
  return brood;
}

}  // namespace evolt
