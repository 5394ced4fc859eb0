#include "propagator/grid.hpp"

#include "propagator/immigrant.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace evolt {
namespace {

/// So many points are looked at for one that is new; smaller grids are seen whole.
constexpr int kLooks = 10'000;
constexpr std::int64_t kMostValues = 1'000;

std::vector<std::int64_t> values_of(const Encoding& encoding, std::int64_t k) {
  std::vector<std::int64_t> counts;
  counts.reserve(encoding.size());
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    const auto levels = static_cast<std::int64_t>(encoding.levels(i));
    const bool all = encoding.choices(i) > 0 || (levels > 0 && levels < k);
    counts.push_back(all ? levels : k);
  }
  return counts;
}

double points_of(const std::vector<std::int64_t>& counts) {
  double points = 1;
  for (const std::int64_t count : counts) {
    points *= static_cast<double>(count);
  }
  return points;
}

}  // namespace

Grid::Grid(const Encoding& encoding, const Brief& brief)
    : encoding_(&encoding), counts_(values_of(encoding, 2)) {
  const auto most = static_cast<double>(brief.trials);
  for (std::int64_t k = 3; k <= kMostValues; ++k) {
    std::vector<std::int64_t> finer = values_of(encoding, k);
    if (finer == counts_ || points_of(finer) > most) {
      break;
    }
    counts_ = std::move(finer);
  }
}

double Grid::gene(std::size_t axis, std::int64_t digit) const {
  if (encoding_->choices(axis) > 0) {
    return static_cast<double>(digit);
  }
  const std::int64_t count = counts_[axis];
  const double place =
      count > 1 ? static_cast<double>(digit) / static_cast<double>(count - 1) : 0.5;
  const auto levels = static_cast<std::int64_t>(encoding_->levels(axis));
  return levels == 0 ? place
                     : encoding_->axis(axis).gene_at(static_cast<std::int64_t>(
                           std::llround(place * static_cast<double>(levels - 1))));
}

void Grid::observe(const Individual& individual) {
  visited_.insert(encoding_->key(individual.genome));
}

Brood Grid::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const {
  absl::flat_hash_set<GenomeKey> taken;
  for (const auto& [id, genome] : ground.archive.pending_genomes()) {
    taken.insert(encoding_->key(genome));
  }
  for (const Genome& genome : ground.archive.failed()) {
    taken.insert(encoding_->key(genome));
  }
  std::vector<std::int64_t> digits;
  digits.reserve(counts_.size());
  for (const std::int64_t count : counts_) {
    digits.push_back(static_cast<std::int64_t>(rng.below(static_cast<std::size_t>(count))));
  }
  Genome genome{std::vector<double>(counts_.size())};
  const double all = points_of(counts_);
  for (int look = 0; look < kLooks && look < all; ++look) {
    for (std::size_t i = 0; i < digits.size(); ++i) {
      genome.genes[i] = gene(i, digits[i]);
    }
    const GenomeKey key = encoding_->key(genome);
    if (!visited_.contains(key) && !taken.contains(key) && encoding_->allowed(genome)) {
      return {{.genome = std::move(genome),
               .lineage = {.propagator = std::string(kName), .parents = {}}}};
    }
    // The next point, as a counter counts.
    for (std::size_t i = 0; i < digits.size(); ++i) {
      digits[i] = (digits[i] + 1) % counts_[i];
      if (digits[i] != 0) {
        break;
      }
    }
  }
  return Immigrant().breed(ground, parents, rng);
}

}  // namespace evolt
