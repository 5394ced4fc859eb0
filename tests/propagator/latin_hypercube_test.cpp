#include "propagator/latin_hypercube.hpp"

#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <set>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("latin hypercube: one point in each slice of each number", "[propagator]") {
  const Encoding encoding(test::mixed());
  Rng rng{1};
  constexpr std::size_t kPoints = 17;
  const std::vector<Genome> genomes = latin_hypercube(encoding, kPoints, rng);
  REQUIRE(genomes.size() == kPoints);
  for (std::size_t g = 0; g < encoding.size(); ++g) {
    std::vector<int> hits(encoding.choices(g) > 0 ? encoding.choices(g) : kPoints, 0);
    for (const Genome& genome : genomes) {
      const double gene = genome.genes[g];
      ++hits[static_cast<std::size_t>(encoding.choices(g) > 0 ? gene : gene * kPoints)];
    }
    const int fewest = static_cast<int>(kPoints / hits.size());
    for (const int count : hits) {
      CHECK(count >= fewest);
      CHECK(count <= fewest + (kPoints % hits.size() > 0 ? 1 : 0));
    }
  }
}

TEST_CASE("latin hypercube: no points, no work; one point fits anywhere", "[propagator]") {
  const Encoding encoding(test::mixed());
  Rng rng{1};
  CHECK(latin_hypercube(encoding, 0, rng).empty());
  CHECK(latin_hypercube(encoding, 1, rng).size() == 1);
}

}  // namespace
}  // namespace evolt
