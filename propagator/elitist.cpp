#include "propagator/elitist.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace evolt {

Elitist::Elitist(ElitistOptions options) : options_(options), mutation_(options.mutation) {
  const auto probability = [](double p) { return p >= 0 && p <= 1; };
  if (!(options.pressure >= 1) || !std::isfinite(options.pressure) ||
      !probability(options.recombined) || !probability(options.exchanged)) {
    throw ConfigError(
        Complaint{.what = "elitist needs a finite pressure of at least 1, and shares within [0, 1]",
                  .key = "elitist",
                  .found = absl::StrCat("pressure ", options.pressure, ", recombined ",
                                        options.recombined, ", exchanged ", options.exchanged)});
  }
}

Brood Elitist::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const {
  const auto best = ground.archive.best();
  if (best.empty()) {
    return Immigrant().breed(ground, parents, rng);
  }
  const std::size_t field =
      std::min(best.size(), std::clamp<std::size_t>(10 + 2 * ground.encoding.size(), 16, 40));
  const auto pick = [&] {
    return best[static_cast<std::size_t>(static_cast<double>(field) *
                                         std::pow(rng.uniform(), options_.pressure))];
  };
  const Individual* const first = pick();
  Offspring child{.genome = first->genome,
                  .lineage = {.propagator = std::string(name()), .parents = {first->id}}};
  if (field > 1 && rng.chance(options_.recombined)) {
    const Individual* second = pick();
    while (second == first) {
      second = best[rng.below(field)];
    }
    for (std::size_t i = 0; i < child.genome.genes.size(); ++i) {
      if (rng.chance(options_.exchanged)) {
        child.genome.genes[i] = second->genome.genes[i];
      }
    }
    child.lineage.parents.push_back(second->id);
  }
  mutation_.mutate(ground.encoding, child.genome, rng);
  Brood brood;
  brood.push_back(std::move(child));
  return brood;
}

}  // namespace evolt
