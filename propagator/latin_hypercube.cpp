#include "propagator/latin_hypercube.hpp"

#include <numeric>
#include <utility>

namespace evolt {

std::vector<Genome> latin_hypercube(const Encoding& encoding, std::size_t count, Rng& rng) {
  std::vector<Genome> genomes(count);
  std::vector<std::size_t> slices(count);
  std::iota(slices.begin(), slices.end(), std::size_t{0});
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    for (std::size_t k = count; k > 1; --k) {
      std::swap(slices[k - 1], slices[rng.below(k)]);
    }
    const std::size_t choices = encoding.choices(i);
    const std::size_t first = choices > 0 ? rng.below(choices) : 0;
    for (std::size_t k = 0; k < count; ++k) {
      genomes[k].genes.push_back(choices > 0 ? static_cast<double>((slices[k] + first) % choices)
                                             : (static_cast<double>(slices[k]) + rng.uniform()) /
                                                   static_cast<double>(count));
    }
  }
  return genomes;
}

}  // namespace evolt
