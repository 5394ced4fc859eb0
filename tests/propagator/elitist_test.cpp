#include "propagator/elitist.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/search_trial.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>

namespace evolt {
namespace {

TEST_CASE("elitist: nears the optimum of a sphere and of a mixed space", "[propagator]") {
  CHECK(test::median_best(test::box(5), "elitist", test::sphere, 1'000) < 0.05);
  CHECK(test::median_best(test::mixed(), "elitist", test::branches, 500) < 0.3);
}

TEST_CASE("elitist: only the best have children, the first most", "[propagator]") {
  const Encoding encoding(test::box(3));
  Archive archive(4);
  Rng rng{1};
  for (std::uint64_t i = 0; i < 100; ++i) {
    archive.admit(test::individual(i, {static_cast<double>(i)}, encoding.random(rng)));
  }
  int first = 0;
  for (int i = 0; i < 1'000; ++i) {
    const Lineage lineage = Elitist().breed({encoding, archive}, {}, rng)[0].lineage;
    for (const TrialId& parent : lineage.parents) {
      REQUIRE(parent.counter < 16);  // clip(10 + 2 * 3, 16, 40)
    }
    first += lineage.parents.front().counter == 0 ? 1 : 0;
  }
  CHECK(first > 200);  // sqrt(1 / 16) of them
  CHECK(first < 300);
}

TEST_CASE("elitist: of one alone come its mutants, of nobody strangers", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(4);
  Rng rng{2};
  CHECK(Elitist().breed({encoding, archive}, {}, rng)[0].lineage.propagator == "immigrant");
  archive.admit(test::individual(1, {1}, Genome{{0.4, 0.6}}));
  for (int i = 0; i < 50; ++i) {
    const Brood brood = Elitist().breed({encoding, archive}, {}, rng);
    CHECK(brood[0].lineage.parents.size() == 1);
    CHECK(brood[0].genome.genes != std::vector<double>{0.4, 0.6});
  }
}

TEST_CASE("elitist: refuses senseless options", "[propagator]") {
  CHECK_THROWS_AS(Elitist({.pressure = 0.5}), ConfigError);
  CHECK_THROWS_AS(Elitist({.recombined = 1.5}), ConfigError);
  CHECK_THROWS_AS(Elitist({.exchanged = std::nan("")}), ConfigError);
}

}  // namespace
}  // namespace evolt
