#include "propagator/transfer.hpp"

#include "core/config_error.hpp"

#include <string>
#include <utility>

namespace evolt {
namespace {

/// How often a configuration is taken as it is.
constexpr double kPlain = 0.6;

}  // namespace

void put(const Encoding& encoding, const Params& params, Genome& genome) {
  for (const auto& [name, value] : params) {
    if (const auto place = encoding.space().index_of(name)) {
      genome.genes[*place] = encoding.axis(*place).gene(value);
    }
  }
}

Transfer::Transfer(std::span<const Params> prior) : prior_(prior.begin(), prior.end()) {
  if (prior_.empty()) {
    throw ConfigError(Complaint{.what = "transfer needs configurations of earlier studies",
                                .key = "search.warm_start"});
  }
}

Brood Transfer::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                      Rng& rng) const {
  const double depth = rng.uniform();
  const auto rank = static_cast<std::size_t>(depth * depth * static_cast<double>(prior_.size()));
  const auto living = ground.archive.living();
  Genome genome = living.empty() ? ground.encoding.random(rng) : living.front()->genome;
  put(ground.encoding, prior_[rank], genome);
  if (!rng.chance(kPlain)) {
    mutation_.mutate(ground.encoding, genome, rng);
  }
  Brood brood;
  brood.push_back(
      {.genome = std::move(genome), .lineage = {.propagator = std::string(kName), .parents = {}}});
  return brood;
}

}  // namespace evolt
