#include "propagator/transfer.hpp"

#include "core/config_error.hpp"

#include <string>
#include <utility>

namespace evolt {
namespace {

/// How often a configuration is taken as it is.
constexpr double kPlain = 0.6;

}  // namespace

Transfer::Transfer(const Encoding& encoding, std::span<const Params> prior) {
  if (prior.empty()) {
    throw ConfigError(Complaint{.what = "transfer needs configurations of earlier studies",
                                .key = "search.warm_start"});
  }
  prior_.reserve(prior.size());
  for (const Params& params : prior) {
    std::vector<Gene>& genes = prior_.emplace_back();
    for (std::size_t i = 0; i < encoding.size(); ++i) {
      if (const Value* const value = find(params, encoding.space().parameters()[i].name)) {
        genes.push_back({.place = i, .value = encoding.axis(i).gene(*value)});
      }
    }
  }
}

Brood Transfer::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                      Rng& rng) const {
  const double depth = rng.uniform();
  const auto rank = static_cast<std::size_t>(depth * depth * static_cast<double>(prior_.size()));
  const auto living = ground.archive.living();
  Genome genome = living.empty() ? ground.encoding.random(rng) : living.front()->genome;
  for (const Gene& gene : prior_[rank]) {
    genome.genes[gene.place] = gene.value;
  }
  if (!rng.chance(kPlain)) {
    mutation_.mutate(ground.encoding, genome, rng);
  }
  Brood brood;
  brood.push_back(
      {.genome = std::move(genome), .lineage = {.propagator = std::string(kName), .parents = {}}});
  return brood;
}

}  // namespace evolt
