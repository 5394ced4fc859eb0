#include "propagator/regularized.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/reflect.hpp"

#include <absl/strings/str_cat.h>

#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr double kStep = 0.2;

void change_one_gene(const Encoding& encoding, Genome& genome, Rng& rng) {
  std::vector<std::size_t> open;
  for (const std::size_t i : encoding.active(genome)) {
    if (encoding.levels(i) != 1) {
      open.push_back(i);
    }
  }
  if (open.empty()) {
    return;
  }
  const std::size_t i = open[rng.below(open.size())];
  const std::size_t choices = encoding.choices(i);
  double& gene = genome.genes[i];
  if (choices > 0) {
    const auto other = static_cast<std::size_t>(gene) + 1 + rng.below(choices - 1);
    gene = static_cast<double>(other % choices);
  } else {
    gene = reflect(gene + kStep * rng.normal());
  }
}

}  // namespace

Regularized::Regularized(RegularizedOptions options) : options_(options) {
  if (options.population == 0 || options.population > Archive::kNewest || options.sample == 0) {
    throw ConfigError(Complaint{
        .what = "regularized evolution needs a population and a sample of it",
        .key = "regularized",
        .found = absl::StrCat("population ", options.population, ", sample ", options.sample),
        .allowed = absl::StrCat("population 1 to ", Archive::kNewest, ", sample 1 or more")});
  }
}

Brood Regularized::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const {
  std::vector<const Individual*> young;
  const auto newest = ground.archive.newest();
  for (auto at = newest.rbegin(); at != newest.rend() && young.size() < options_.population; ++at) {
    if (!is_flawed(**at)) {
      young.push_back(*at);
    }
  }
  if (young.empty() || ground.archive.size() < options_.population) {
    return Immigrant().breed(ground, parents, rng);
  }
  const Individual* best = young[rng.below(young.size())];
  for (std::size_t drawn = 1; drawn < options_.sample; ++drawn) {
    const Individual* const other = young[rng.below(young.size())];
    if (better(*other, *best)) {
      best = other;
    }
  }
  Offspring child{.genome = best->genome,
                  .lineage = {.propagator = std::string(name()), .parents = {best->id}}};
  change_one_gene(ground.encoding, child.genome, rng);
  Brood brood;
  brood.push_back(std::move(child));
  return brood;
}

}  // namespace evolt
