#include "propagator/nelder_mead.hpp"

#include "propagator/catalogue.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("nelder-mead: a sphere and a valley of two numbers", "[propagator]") {
  const auto make = [](const Encoding& encoding) {
    return make_propagator("nelder_mead", encoding);
  };
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{8});
  CAPTURE(slots);
  CHECK(test::median_best(test::box(2), make, test::sphere, 150, slots) < 1e-3);
  CHECK(test::median_best(test::box(2), make, test::rosenbrock, 400, slots) < 0.2);
}

/// A simplex with corners (.5, .5), (.6, .5) and, worst, (.5, .7): the centre of the others is
/// (.55, .5), the reflection (.6, .3).
struct Simplex {
  Simplex() {
    observe(1, 1, {0.5, 0.5});
    observe(2, 2, {0.6, 0.5});
    observe(3, 3, {0.5, 0.7});
  }
  void observe(std::uint64_t id, double score, std::vector<double> x, bool own = false) {
    Individual one = test::individual(id, {score}, Genome{std::move(x)});
    one.lineage.propagator = own ? "nelder_mead" : "sample";
    archive.admit(one);
    engine.observe(one);
  }
  void check(double x, double y) {
    Rng rng{1};
    const Brood brood = engine.breed({encoding, archive}, {}, rng);
    CHECK(brood[0].genome.genes[0] == Approx(x));
    CHECK(brood[0].genome.genes[1] == Approx(y));
  }
  Encoding encoding{test::box(2)};
  Archive archive{10};
  NelderMead engine{encoding};
};

TEST_CASE("nelder-mead: each move follows what the last one found", "[propagator]") {
  Simplex simplex;
  simplex.check(0.6, 0.3);
  SECTION("a result worse than all: contraction inside") {
    simplex.observe(4, 9, {0.6, 0.3}, true);
    simplex.check(0.525, 0.6);
    simplex.observe(5, 9, {0.525, 0.6}, true);
    simplex.check(0.5, 0.6);  // shrunk towards the best
  }
  SECTION("a result between the worst two: contraction outside") {
    simplex.observe(4, 2.5, {0.6, 0.3}, true);
    simplex.check(0.525, 0.6);  // from the new worst corner, (.6, .3), half as far beyond
  }
  SECTION("a new best: expansion from the corner that is now the worst") {
    simplex.observe(4, 0.5, {0.6, 0.3}, true);
    simplex.check(0.55 + 2 * (0.55 - 0.6), 0.4 + 2 * (0.4 - 0.5));
  }
  SECTION("results of others only enter the simplex") {
    simplex.observe(4, 9, {0.6, 0.3});
    simplex.check(0.6, 0.3);
  }
}

TEST_CASE("nelder-mead: NaN is no corner; a space without numbers", "[propagator]") {
  const Encoding encoding(SearchSpace({{"a", ChoiceDomain{{true, false}}, {}}}));
  NelderMead engine(encoding);
  const Archive archive(4);
  Rng rng{1};
  engine.observe(test::individual(1, {std::nan("")}, encoding.random(rng)));
  CHECK(engine.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "immigrant");
  for (std::uint64_t i = 2; i < 6; ++i) {
    engine.observe(test::individual(i, {1.0}, encoding.random(rng)));
  }
  CHECK(engine.breed({encoding, archive}, {}, rng)[0].genome.genes.size() == 1);
}

}  // namespace
}  // namespace evolt
