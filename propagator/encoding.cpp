#include "propagator/encoding.hpp"

#include <bit>

namespace evolt {
namespace {

std::vector<Axis> axes_of(const SearchSpace& space) {
  std::vector<Axis> axes;
  axes.reserve(space.size());
  for (const Parameter& parameter : space.parameters()) {
    axes.emplace_back(parameter.domain);
  }
  return axes;
}

/// The finalizer of splitmix64 (Steele, Lea & Flood 2014): every bit of the input moves every bit
/// of the output, and no two inputs meet.
std::uint64_t stir(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

Encoding::Encoding(SearchSpace space)
    : space_(std::move(space)), axes_(axes_of(space_)), rules_(space_, axes_) {}

std::size_t Encoding::choices(std::size_t i) const {
  return axes_[i].is_choice() ? levels(i) : 0;
}

std::size_t Encoding::levels(std::size_t i) const {
  return static_cast<std::size_t>(axes_[i].levels());
}

double Encoding::random_gene(std::size_t i, Rng& rng) const {
  return axes_[i].is_choice() ? static_cast<double>(rng.below(levels(i))) : rng.uniform();
}

Genome Encoding::random(Rng& rng) const {
  Genome genome;
  genome.genes.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    genome.genes.push_back(random_gene(i, rng));
  }
  return genome;
}

Params Encoding::decode(const Genome& genome) const {
  const ActiveMask mask = active_mask(genome);
  Params params;
  params.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    if (mask[i]) {
      params.emplace_back(space_.parameters()[i].name, axes_[i].value(genome.genes[i]));
    }
  }
  return params;
}

Genome Encoding::encode(const Params& params) const {
  Genome genome;
  genome.genes.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    const Value* const value = find(params, space_.parameters()[i].name);
    const double middle = axes_[i].is_choice() ? 0 : 0.5;
    genome.genes.push_back(value != nullptr ? axes_[i].gene(*value) : middle);
  }
  return genome;
}

std::vector<std::size_t> Encoding::active(const Genome& genome) const {
  const ActiveMask mask = active_mask(genome);
  std::vector<std::size_t> indices;
  indices.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    if (mask[i]) {
      indices.push_back(i);
    }
  }
  return indices;
}

bool Encoding::allowed(const Genome& genome) const {
  return space_.forbidden().empty() || !rules_.forbidden(genome, active_mask(genome), axes_);
}

GenomeKey Encoding::key(const Genome& genome) const {
  const ActiveMask mask = active_mask(genome);
  GenomeKey key{.high = 0x6a09e667f3bcc908U, .low = 0xbb67ae8584caa73bU};
  for (std::size_t i = 0; i < size(); ++i) {
    if (mask[i]) {
      const auto bits = std::bit_cast<std::uint64_t>(axes_[i].reading(genome.genes[i]));
      const std::uint64_t place = (i + 1) * 0x9e3779b97f4a7c15U;
      key.high = stir(key.high ^ (bits + place));
      key.low = stir(key.low + std::rotl(bits, 32) * 0xd6e8feb86659fd93U + place);
    }
  }
  return key;
}

}  // namespace evolt
