#include "propagator/regularized.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/search_trial.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>

namespace evolt {
namespace {

/// An archive of so many individuals; the i-th has the score i.
Archive archive_of(std::uint64_t count, const Encoding& encoding, Rng& rng) {
  Archive archive(8);
  for (std::uint64_t i = 0; i < count; ++i) {
    archive.admit(test::individual(i, {static_cast<double>(i)}, encoding.random(rng)));
  }
  return archive;
}

TEST_CASE("regularized: nears the optimum of a sphere and of a mixed space", "[propagator]") {
  CHECK(test::median_best(test::box(5), "regularized", test::sphere, 1'000) < 0.5);
  CHECK(test::median_best(test::mixed(), "regularized", test::branches, 500) < 0.5);
}

TEST_CASE("regularized: strangers until the population is full", "[propagator]") {
  const Encoding encoding(test::box(3));
  Rng rng{1};
  const Archive few = archive_of(99, encoding, rng);
  CHECK(Regularized().breed({encoding, few}, {}, rng)[0].lineage.propagator == "immigrant");
  const Archive full = archive_of(100, encoding, rng);
  CHECK(Regularized().breed({encoding, full}, {}, rng)[0].lineage.propagator == "regularized");
}

TEST_CASE("regularized: the best of the sample has the child, the old have none", "[propagator]") {
  const Encoding encoding(test::box(3));
  Rng rng{2};
  const Archive archive = archive_of(300, encoding, rng);
  const Regularized of_ten({.population = 10, .sample = 200});
  for (int i = 0; i < 20; ++i) {
    // Of the youngest ten, 290 to 299, all but surely drawn.
    CHECK(of_ten.breed({encoding, archive}, {}, rng)[0].lineage.parents.at(0).counter == 290);
  }
  for (int i = 0; i < 200; ++i) {
    CHECK(Regularized().breed({encoding, archive}, {}, rng)[0].lineage.parents.at(0).counter >=
          200);
  }
}

TEST_CASE("regularized: a child differs from its parent in one gene", "[propagator]") {
  const Encoding encoding(GENERATE(test::box(4), test::mixed()));
  Rng rng{3};
  const Archive archive = archive_of(150, encoding, rng);
  for (int i = 0; i < 200; ++i) {
    const Offspring child = Regularized().breed({encoding, archive}, {}, rng)[0];
    const Genome& parent = archive.find(child.lineage.parents.at(0))->genome;
    int changed = 0;
    for (std::size_t gene = 0; gene < parent.genes.size(); ++gene) {
      changed += child.genome.genes[gene] != parent.genes[gene] ? 1 : 0;
    }
    CHECK(changed == 1);
  }
}

TEST_CASE("regularized: who has a NaN for a score has no children", "[propagator]") {
  const Encoding encoding(test::box(2));
  Rng rng{4};
  Archive archive = archive_of(20, encoding, rng);
  archive.admit(test::individual(99, {std::nan("")}, encoding.random(rng)));
  const Regularized regularized({.population = 5, .sample = 50});
  for (int i = 0; i < 50; ++i) {
    CHECK(regularized.breed({encoding, archive}, {}, rng)[0].lineage.parents.at(0).counter < 20);
  }
}

TEST_CASE("regularized: refuses senseless options", "[propagator]") {
  CHECK_THROWS_AS(Regularized({.population = 0}), ConfigError);
  CHECK_THROWS_AS(Regularized({.population = Archive::kNewest + 1}), ConfigError);
  CHECK_THROWS_AS(Regularized({.sample = 0}), ConfigError);
}

}  // namespace
}  // namespace evolt
