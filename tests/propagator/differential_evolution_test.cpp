#include "propagator/differential_evolution.hpp"

#include "tests/propagator/search_trial.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace evolt {
namespace {

TEST_CASE("differential evolution: nears the optimum of a sphere", "[propagator]") {
  const double found =
      test::median_best(test::box(5), "differential_evolution", test::sphere, 1'000);
  CAPTURE(found);
  CHECK(found < 0.02);  // random search: about 3
}

TEST_CASE("differential evolution: names its donors, each once", "[propagator]") {
  const Encoding encoding(test::mixed());
  Archive archive(8);
  Rng rng{1};
  for (std::uint64_t i = 0; i < 30; ++i) {
    archive.admit(test::individual(i, {rng.uniform()}, encoding.random(rng)));
  }
  for (int i = 0; i < 300; ++i) {
    const Lineage lineage = DifferentialEvolution().breed({encoding, archive}, {}, rng)[0].lineage;
    const std::set<TrialId> parents(lineage.parents.begin(), lineage.parents.end());
    REQUIRE(lineage.propagator == "differential_evolution");
    REQUIRE(parents.size() == lineage.parents.size());
    REQUIRE(parents.size() >= 3);
    for (const TrialId& id : parents) {
      REQUIRE(archive.find(id) != nullptr);
    }
  }
}

TEST_CASE("differential evolution: where all are the same, so is the child", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(8);
  for (std::uint64_t i = 0; i < 6; ++i) {
    archive.admit(test::individual(i, {1}, Genome{{0.3, 0.6}}));
  }
  Rng rng{2};
  for (int i = 0; i < 50; ++i) {
    const Brood brood = DifferentialEvolution().breed({encoding, archive}, {}, rng);
    CHECK(brood[0].genome.genes == std::vector<double>{0.3, 0.6});
  }
}

TEST_CASE("differential evolution: fewer than four make a stranger", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(8);
  Rng rng{3};
  for (std::uint64_t i = 0; i < 3; ++i) {
    CHECK(DifferentialEvolution().breed({encoding, archive}, {}, rng)[0].lineage.parents.empty());
    archive.admit(test::individual(i, {1}, encoding.random(rng)));
  }
}

}  // namespace
}  // namespace evolt
