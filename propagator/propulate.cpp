#include "propagator/propulate.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/parents.hpp"
#include "propagator/uniform_crossover.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace evolt {

Propulate::Propulate(PropulateOptions options) : options_(options) {
  const auto is_chance = [](double p) { return p >= 0 && p <= 1; };
  if (options.elite == 0 || !is_chance(options.crossover) || !is_chance(options.point) ||
      !is_chance(options.interval) || !is_chance(options.stranger) || !(options.deviation > 0) ||
      !std::isfinite(options.deviation)) {
    throw ConfigError(
        Complaint{.what = "propulate needs an elite, probabilities within [0, 1] and a deviation",
                  .key = "propulate"});
  }
}

void Propulate::mutate(const Encoding& encoding, Genome& genome, Rng& rng) const {
  std::vector<std::size_t> open;
  std::vector<std::size_t> numbers;
  for (const std::size_t i : encoding.active(genome)) {
    if (encoding.levels(i) != 1) {
      open.push_back(i);
      if (encoding.choices(i) == 0) {
        numbers.push_back(i);
      }
    }
  }
  if (!open.empty() && rng.chance(options_.point)) {
    const std::size_t i = open[rng.below(open.size())];
    genome.genes[i] = encoding.random_gene(i, rng);
  }
  if (!numbers.empty() && rng.chance(options_.interval)) {
    double& gene = genome.genes[numbers[rng.below(numbers.size())]];
    gene = std::clamp(gene + options_.deviation * rng.normal(), 0.0, 1.0);
  }
}

Brood Propulate::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                       Rng& rng) const {
  if (rng.chance(options_.stranger)) {
    return Immigrant().breed(ground, {}, rng);
  }
  Brood brood = pick_parents(name(), ground, 2, rng, [&](std::size_t living) {
    return rng.below(std::min(options_.elite, living));
  });
  if (rng.chance(options_.crossover)) {
    brood = UniformCrossover(0.5).breed(ground, brood, rng);
  } else {
    brood.pop_back();
  }
  mutate(ground.encoding, brood.front().genome, rng);
  if (!brood.front().lineage.parents.empty()) {
    brood.front().lineage.propagator = std::string(name());
  }
  return brood;
}

}  // namespace evolt
