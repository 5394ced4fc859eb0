#include "propagator/kernel_density.hpp"

#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <utility>
#include <vector>

namespace evolt {
namespace {

using Centres = std::vector<KernelDensity::Centre>;

Centres centres_of(const Encoding& encoding, const std::vector<Genome>& genomes) {
  Centres centres;
  for (const Genome& genome : genomes) {
    centres.push_back({&genome, encoding.active_mask(genome)});
  }
  return centres;
}

std::vector<Genome> some_genomes(const Encoding& encoding, std::size_t count, Rng& rng) {
  std::vector<Genome> genomes;
  for (std::size_t i = 0; i < count; ++i) {
    genomes.push_back(encoding.random(rng));
  }
  return genomes;
}

TEST_CASE("kernel density: integrates to 1 over numbers, whatever the widths", "[propagator]") {
  const Encoding encoding(test::box(2));
  Rng rng{1};
  const auto genomes = some_genomes(encoding, GENERATE(0U, 1U, 5U, 40U), rng);
  const KernelWidth narrow(0.07);
  KernelDensity by_neighbours(encoding, centres_of(encoding, genomes));
  KernelDensity fixed(encoding, centres_of(encoding, genomes), narrow);
  for (KernelDensity* const density : {&by_neighbours, &fixed}) {
    constexpr int kGrid = 200;
    double sum = 0;
    for (int i = 0; i < kGrid; ++i) {
      for (int j = 0; j < kGrid; ++j) {
        const Genome at{{(i + 0.5) / kGrid, (j + 0.5) / kGrid}};
        sum += std::exp(density->log_density(at, encoding.active_mask(at)));
      }
    }
    CHECK(sum / (kGrid * kGrid) == Approx(1).epsilon(0.01));
  }
}

TEST_CASE("kernel density: averages to 1 over choices and branches", "[propagator]") {
  const Encoding encoding(test::mixed());
  Rng rng{2};
  const auto genomes = some_genomes(encoding, 6, rng);
  KernelDensity density(encoding, centres_of(encoding, genomes));
  constexpr int kDraws = 200'000;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Genome at = encoding.random(rng);
    sum += std::exp(density.log_density(at, encoding.active_mask(at)));
  }
  CHECK(sum / kDraws == Approx(1).epsilon(0.1));
}

TEST_CASE("kernel density: is high at a centre and low far from all", "[propagator]") {
  const Encoding encoding(test::box(3));
  const std::vector<Genome> genomes = {Genome{{0.2, 0.2, 0.2}}, Genome{{0.25, 0.2, 0.15}}};
  KernelDensity density(encoding, centres_of(encoding, genomes), KernelWidth(0.05));
  const auto at = [&](double x) {
    const Genome genome{{x, x, x}};
    return density.log_density(genome, encoding.active_mask(genome));
  };
  CHECK(at(0.2) > at(0.3));
  CHECK(at(0.3) > at(0.5));
  // The prior keeps the rest possible.
  CHECK(at(0.9) > std::log(0.1));
}

TEST_CASE("kernel density: draws stay in bounds and near their centre", "[propagator]") {
  const Encoding encoding(test::mixed());
  Rng rng{3};
  const auto genomes = some_genomes(encoding, 8, rng);
  const KernelDensity density(encoding, centres_of(encoding, genomes));
  REQUIRE(density.size() == 9);
  for (int i = 0; i < 2'000; ++i) {
    const Genome drawn = density.draw(rng.below(density.size()), rng);
    REQUIRE(encoding.space().check(encoding.decode(drawn)).ok());
    for (std::size_t g = 0; g < encoding.size(); ++g) {
      REQUIRE(drawn.genes[g] >= 0);
      REQUIRE((encoding.choices(g) > 0 || drawn.genes[g] <= 1));
    }
  }
}

}  // namespace
}  // namespace evolt
