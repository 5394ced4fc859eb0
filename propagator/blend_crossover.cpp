#include "propagator/blend_crossover.hpp"

#include "core/config_error.hpp"
#include "propagator/parents.hpp"
#include "propagator/reflect.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace evolt {

BlendCrossover::BlendCrossover(double alpha) : alpha_(alpha) {
  if (!(alpha >= 0) || !std::isfinite(alpha)) {
    throw ConfigError(Complaint{.what = "blend crossover: alpha must be finite and not negative",
                                .key = "blend.alpha",
                                .found = absl::StrCat(alpha)});
  }
}

Brood BlendCrossover::breed(const Ground& ground, std::span<const Offspring> parents,
                            Rng& rng) const {
  assert(parents.size() == 2);
  const Genome& first = parents[0].genome;
  const Genome& second = parents[1].genome;
  const ActiveMask in_first = ground.encoding.active_mask(first);
  const ActiveMask in_second = ground.encoding.active_mask(second);
  Genome child = first;
  for (std::size_t i = 0; i < child.genes.size(); ++i) {
    if (!in_second[i]) {
      continue;
    }
    const double other = second.genes[i];
    if (!in_first[i]) {
      child.genes[i] = other;
    } else if (ground.encoding.choices(i) > 0) {
      child.genes[i] = rng.chance(0.5) ? other : child.genes[i];
    } else {
      const auto [low, high] = std::minmax(child.genes[i], other);
      const double margin = alpha_ * (high - low);
      child.genes[i] = reflect(rng.uniform(low - margin, high + margin));
    }
  }
  Brood brood;
  brood.push_back({.genome = std::move(child), .lineage = crossed(name(), parents)});
  return brood;
}

}  // namespace evolt
