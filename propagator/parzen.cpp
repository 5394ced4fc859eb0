#include "propagator/parzen.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"

#include <absl/container/flat_hash_set.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// The good first, the rest of what densities are made of after.
struct Sides {
  std::vector<const Individual*> good;
  std::vector<const Genome*> bad;
};

Sides divide(const Ground& ground, const ParzenOptions& options) {
  const Archive& archive = ground.known;
  Sides sides;
  const auto wanted = std::min(
      options.most_good, static_cast<std::size_t>(
                             std::ceil(options.good_share * static_cast<double>(archive.size()))));
  absl::flat_hash_set<const Individual*> good;
  for (const Individual* const individual : archive.best()) {
    if (sides.good.size() == wanted) {
      break;
    }
    if (individual->standing == Standing::finished) {
      sides.good.push_back(individual);
      good.insert(individual);
    }
  }
  const auto newest = archive.newest();
  for (auto at = newest.rbegin(); at != newest.rend() && sides.bad.size() < options.bad; ++at) {
    if (!good.contains(*at)) {
      sides.bad.push_back(&(*at)->genome);
    }
  }
  for (const Genome& failed : archive.failed()) {
    sides.bad.push_back(&failed);
  }
  const std::size_t running = ground.archive.pending();
  std::size_t number = 0;
  std::size_t taken = 0;
  for (const auto& [id, genome] : ground.archive.pending_genomes()) {
    // Of many, every so-manieth: number / running passes another multiple of 1 / pending.
    if (++number * std::min(options.pending, running) > taken * running) {
      sides.bad.push_back(&genome);
      ++taken;
    }
  }
  return sides;
}

KernelDensity::Centre centre(const Encoding& encoding, const Genome& genome) {
  return {.genome = &genome, .mask = encoding.active_mask(genome)};
}

}  // namespace

Parzen::Parzen(ParzenOptions options)
    : options_(options),
      bad_width_(options.bad_width > 0 && std::isfinite(options.bad_width) ? options.bad_width
                                                                           : 1.0) {
  if (!(options.good_share > 0 && options.good_share <= 1) || options.most_good == 0 ||
      options.candidates == 0 || !(options.bad_width > 0) || !std::isfinite(options.bad_width)) {
    throw ConfigError(Complaint{
        .what = "parzen needs 0 < good_share <= 1, most_good and candidates above 0 and a "
                "positive, finite width",
        .key = "parzen",
        .found =
            absl::StrCat("good_share ", options.good_share, ", most_good ", options.most_good,
                         ", candidates ", options.candidates, ", bad_width ", options.bad_width)});
  }
}

Brood Parzen::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const {
  const Encoding& encoding = ground.encoding;
  const Sides sides = divide(ground, options_);
  if (sides.good.empty()) {
    return Immigrant().breed(ground, parents, rng);
  }
  std::vector<KernelDensity::Centre> centres;
  centres.reserve(sides.good.size());
  for (const Individual* const individual : sides.good) {
    centres.push_back(centre(encoding, individual->genome));
  }
  KernelDensity good(encoding, std::move(centres));
  centres.clear();
  for (const Genome* const genome : sides.bad) {
    centres.push_back(centre(encoding, *genome));
  }
  KernelDensity bad(encoding, std::move(centres), bad_width_);

  Offspring winner{.genome = {}, .lineage = {.propagator = std::string(kName), .parents = {}}};
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < options_.candidates; ++i) {
    const std::size_t kernel = rng.below(good.size());
    Genome genome = good.draw(kernel, rng);
    const ActiveMask mask = encoding.active_mask(genome);
    const double ratio = good.log_density(genome, mask) - bad.log_density(genome, mask);
    if (ratio > most || i == 0) {
      most = ratio;
      winner.genome = std::move(genome);
      winner.lineage.parents.clear();
      if (kernel < sides.good.size()) {
        winner.lineage.parents.push_back(sides.good[kernel]->id);
      }
    }
  }
  Brood brood;
  brood.push_back(std::move(winner));
  return brood;
}

}  // namespace evolt
