#include "propagator/differential_evolution.hpp"

#include "propagator/immigrant.hpp"
#include "propagator/reflect.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace evolt {
namespace {

struct Pair {
  double scale;
  double crossing;
};
constexpr std::array<Pair, 4> kPairs = {{{1.0, 0.1}, {1.0, 0.9}, {0.8, 0.2}, {0.5, 0.9}}};
constexpr double kBestShare = 0.15;
constexpr std::size_t kFewest = 4;

/// The four that make one child.
struct Donors {
  const Individual& target;
  const Individual& best;
  const Individual& first;
  const Individual& second;
};

Donors draw_donors(const Archive& archive, Rng& rng) {
  const auto living = archive.living();
  const auto all = archive.best();
  const auto share = static_cast<std::size_t>(kBestShare * static_cast<double>(living.size()));
  const std::size_t target = rng.below(living.size());
  std::size_t first = rng.below(living.size() - 1);
  first += first >= target ? 1 : 0;
  std::size_t second = rng.below(all.size());
  while (second == target || second == first) {
    second = rng.below(all.size());
  }
  return {*living[target], *living[rng.below(std::max<std::size_t>(share, 2))], *living[first],
          *all[second]};
}

double crossed_gene(const Encoding& encoding, std::size_t i, const Donors& donors, double scale,
                    Rng& rng) {
  const double x = donors.target.genome.genes[i];
  const double p = donors.best.genome.genes[i];
  const double a = donors.first.genome.genes[i];
  if (encoding.choices(i) > 0) {
    return rng.chance(2.0 / 3) ? p : a;
  }
  return reflect(x + scale * (p - x) + scale * (a - donors.second.genome.genes[i]));
}

}  // namespace

Brood DifferentialEvolution::breed(const Ground& ground, std::span<const Offspring> parents,
                                   Rng& rng) const {
  if (ground.archive.living().size() < kFewest) {
    return Immigrant().breed(ground, parents, rng);
  }
  const Encoding& encoding = ground.encoding;
  const Donors donors = draw_donors(ground.archive, rng);
  const Pair pair = kPairs[rng.below(kPairs.size())];
  Genome child = donors.target.genome;
  const std::size_t always = rng.below(encoding.size());
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (i == always || rng.chance(pair.crossing)) {
      child.genes[i] = crossed_gene(encoding, i, donors, pair.scale, rng);
    }
  }
  Lineage lineage{.propagator = std::string(name()), .parents = {donors.target.id}};
  for (const Individual* const donor : {&donors.best, &donors.first, &donors.second}) {
    if (std::find(lineage.parents.begin(), lineage.parents.end(), donor->id) ==
        lineage.parents.end()) {
      lineage.parents.push_back(donor->id);
    }
  }
  Brood brood;
  brood.push_back({.genome = std::move(child), .lineage = std::move(lineage)});
  return brood;
}

}  // namespace evolt
