#include "propagator/blend_crossover.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace evolt {
namespace {

Offspring parent(std::uint64_t counter, Genome genome) {
  return {.genome = std::move(genome),
          .lineage = {.propagator = "test", .parents = {{1, 0, counter}}}};
}

TEST_CASE("blend: numbers are uniform over the widened interval", "[propagator]") {
  const Encoding encoding(test::box(1));
  const Archive archive(4);
  const Brood parents = {parent(1, Genome{{0.6}}), parent(2, Genome{{0.4}})};
  Rng rng{1};
  double least = 1;
  double most = 0;
  double sum = 0;
  constexpr int kRounds = 10'000;
  for (int i = 0; i < kRounds; ++i) {
    const Brood brood = BlendCrossover(0.5).breed({encoding, archive}, parents, rng);
    REQUIRE(brood.size() == 1);
    const double gene = brood[0].genome.genes[0];
    least = std::min(least, gene);
    most = std::max(most, gene);
    sum += gene;
    CHECK(brood[0].lineage == Lineage{.propagator = "blend", .parents = {{1, 0, 1}, {1, 0, 2}}});
  }
  CHECK(least == Approx(0.3).margin(0.001));
  CHECK(most == Approx(0.7).margin(0.001));
  CHECK(sum / kRounds == Approx(0.5).margin(0.005));
}

TEST_CASE("blend: what would leave the range is reflected", "[propagator]") {
  const Encoding encoding(test::box(1));
  const Archive archive(4);
  const Brood parents = {parent(1, Genome{{0.0}}), parent(2, Genome{{1.0}})};
  Rng rng{1};
  for (int i = 0; i < 1'000; ++i) {
    const double gene =
        BlendCrossover(3).breed({encoding, archive}, parents, rng)[0].genome.genes[0];
    REQUIRE(gene >= 0);
    REQUIRE(gene <= 1);
  }
}

TEST_CASE("blend: choices come from a parent, branches from where they were tried",
          "[propagator]") {
  const Encoding encoding(test::mixed());
  const Archive archive(4);
  Rng rng{2};
  for (int i = 0; i < 500; ++i) {
    const Brood parents = {parent(1, encoding.random(rng)), parent(2, encoding.random(rng))};
    const ActiveMask first = encoding.active_mask(parents[0].genome);
    const ActiveMask second = encoding.active_mask(parents[1].genome);
    const Brood brood = BlendCrossover().breed({encoding, archive}, parents, rng);
    for (std::size_t g = 0; g < encoding.size(); ++g) {
      const double gene = brood[0].genome.genes[g];
      if (!first[g] || !second[g]) {
        REQUIRE(gene == parents[second[g] ? 1 : 0].genome.genes[g]);
      } else if (encoding.choices(g) > 0) {
        REQUIRE((gene == parents[0].genome.genes[g] || gene == parents[1].genome.genes[g]));
      }
    }
  }
}

TEST_CASE("blend: refuses an alpha without meaning", "[propagator]") {
  CHECK_THROWS_AS(BlendCrossover(-0.1), ConfigError);
  CHECK_THROWS_AS(BlendCrossover(std::nan("")), ConfigError);
}

}  // namespace
}  // namespace evolt
