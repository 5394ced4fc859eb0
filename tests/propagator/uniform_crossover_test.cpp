#include "propagator/uniform_crossover.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>

namespace evolt {
namespace {

Offspring parent(std::uint64_t counter, Genome genome) {
  return {.genome = std::move(genome),
          .lineage = {.propagator = "test", .parents = {{1, 0, counter}}}};
}

TEST_CASE("uniform crossover: takes the stated share from the second parent", "[propagator]") {
  const Encoding encoding(test::box(10));
  const Archive archive(4);
  const Brood parents = {parent(1, Genome{std::vector<double>(10, 0.25)}),
                         parent(2, Genome{std::vector<double>(10, 0.75)})};
  Rng rng{1};
  int second = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Brood brood = UniformCrossover(0.3).breed({encoding, archive}, parents, rng);
    REQUIRE(brood.size() == 1);
    for (const double gene : brood[0].genome.genes) {
      REQUIRE((gene == 0.25 || gene == 0.75));
      second += gene == 0.75 ? 1 : 0;
    }
    CHECK(brood[0].lineage == Lineage{.propagator = "uniform", .parents = {{1, 0, 1}, {1, 0, 2}}});
  }
  CHECK(second == Approx(20'000 * 0.3).epsilon(0.03));
}

TEST_CASE("uniform crossover: a branch keeps the values it was tried with", "[propagator]") {
  const Encoding encoding(test::mixed());
  const Archive archive(4);
  Rng rng{2};
  for (int i = 0; i < 500; ++i) {
    const Brood parents = {parent(1, encoding.random(rng)), parent(2, encoding.random(rng))};
    const ActiveMask first = encoding.active_mask(parents[0].genome);
    const ActiveMask second = encoding.active_mask(parents[1].genome);
    const Brood brood = UniformCrossover().breed({encoding, archive}, parents, rng);
    for (std::size_t g = 0; g < encoding.size(); ++g) {
      const double gene = brood[0].genome.genes[g];
      if (first[g] && second[g]) {
        REQUIRE((gene == parents[0].genome.genes[g] || gene == parents[1].genome.genes[g]));
      } else {
        REQUIRE(gene == parents[second[g] ? 1 : 0].genome.genes[g]);
      }
    }
  }
}

TEST_CASE("uniform crossover: one parent taken twice is named once", "[propagator]") {
  const Encoding encoding(test::box(3));
  const Archive archive(4);
  Rng rng{1};
  const Offspring one = parent(1, encoding.random(rng));
  const Brood brood = UniformCrossover().breed({encoding, archive}, Brood{one, one}, rng);
  CHECK(brood[0].genome == one.genome);
  CHECK(brood[0].lineage.parents.size() == 1);
}

TEST_CASE("uniform crossover: refuses a share that crosses nothing", "[propagator]") {
  CHECK_THROWS_AS(UniformCrossover(0), ConfigError);
  CHECK_THROWS_AS(UniformCrossover(1), ConfigError);
  CHECK_THROWS_AS(UniformCrossover(std::nan("")), ConfigError);
}

}  // namespace
}  // namespace evolt
