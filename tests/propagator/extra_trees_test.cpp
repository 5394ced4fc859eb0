#include "propagator/extra_trees.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/search_trial.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("extra trees: find the branch and its values in few results", "[propagator]") {
  const double found = test::median_best(test::mixed(), "extra_trees", test::branches, 100);
  const double random = test::median_best(test::mixed(), "random", test::branches, 100);
  CAPTURE(found, random);
  CHECK(found < 0.5);
  CHECK(found < 0.6 * random);
}

TEST_CASE("extra trees: propose what they learnt is good", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(24);
  ExtraTrees trees(encoding);
  Rng rng{1};
  // Good where both are above 0.5; infinite and broken results do not disturb.
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    const Genome genome = encoding.random(rng);
    double score = genome.genes[0] > 0.5 && genome.genes[1] > 0.5 ? 0 : 1;
    if (i % 50 == 0) {
      score = std::numeric_limits<double>::infinity();
    } else if (i % 50 == 1) {
      score = std::numeric_limits<double>::quiet_NaN();
    }
    const Individual one = test::individual(i, {score}, genome);
    trees.observe(one);
    archive.admit(one);
  }
  int good = 0;
  for (int i = 0; i < 200; ++i) {
    const Genome genome = trees.breed({encoding, archive}, {}, rng)[0].genome;
    good += genome.genes[0] > 0.5 && genome.genes[1] > 0.5 ? 1 : 0;
  }
  CHECK(good > 190);
}

TEST_CASE("extra trees: what breaks the requirements ranks behind", "[propagator]") {
  const Encoding encoding(test::box(1));
  Archive archive(24);
  ExtraTrees trees(encoding);
  Rng rng{2};
  for (std::uint64_t i = 0; i < 300; ++i) {
    const double x = rng.uniform();
    const Individual one = test::individual(i, {x}, Genome{{x}}, x < 0.5 ? 1.0 : 0.0);
    trees.observe(one);
    archive.admit(one);
  }
  int kept = 0;
  for (int i = 0; i < 100; ++i) {
    kept += trees.breed({encoding, archive}, {}, rng)[0].genome.genes[0] > 0.45 ? 1 : 0;
  }
  CHECK(kept > 90);
}

TEST_CASE("extra trees: with several objectives they spread along the front", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(24);
  ExtraTrees trees(encoding);
  Rng rng{3};
  for (std::uint64_t i = 0; i < 400; ++i) {
    const Genome genome = encoding.random(rng);
    const double x = genome.genes[0];
    const double cost = genome.genes[1];
    const Individual one = test::individual(i, {x + cost, 1 - x + cost}, genome);
    trees.observe(one);
    archive.admit(one);
  }
  double cost = 0;
  double least = 1;
  double most = 0;
  for (int i = 0; i < 200; ++i) {
    const Genome genome = trees.breed({encoding, archive}, {}, rng)[0].genome;
    cost += genome.genes[1] / 200;
    least = std::min(least, genome.genes[0]);
    most = std::max(most, genome.genes[0]);
  }
  CHECK(cost < 0.15);
  CHECK(most - least > 0.3);
}

TEST_CASE("extra trees: strangers until there are as many results as trees", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(24);
  ExtraTrees trees(encoding, {.trees = 5});
  Rng rng{4};
  for (std::uint64_t i = 0; i < 8; ++i) {
    const Brood brood = trees.breed({encoding, archive}, {}, rng);
    CHECK((brood[0].lineage.propagator == "immigrant") == (i < 5));
    const Individual one = test::individual(i, {rng.uniform()}, brood[0].genome);
    trees.observe(one);
    archive.admit(one);
  }
}

TEST_CASE("extra trees: refuse senseless options", "[propagator]") {
  const Encoding encoding(test::box(1));
  for (const ExtraTreesOptions& options :
       {ExtraTreesOptions{.trees = 0}, ExtraTreesOptions{.asked = 0}, ExtraTreesOptions{.rows = 0},
        ExtraTreesOptions{.optimism = -1}, ExtraTreesOptions{.optimism = std::nan("")},
        ExtraTreesOptions{.near = 0}, ExtraTreesOptions{.elites = 0}}) {
    CHECK_THROWS_AS(ExtraTrees(encoding, options), ConfigError);
  }
}

}  // namespace
}  // namespace evolt
