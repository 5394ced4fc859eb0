#include "propagator/quadratic.hpp"

#include "propagator/catalogue.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace evolt {
namespace {

Propagator quadratic(const Encoding& encoding) {
  return make_propagator("quadratic", encoding);
}

TEST_CASE("quadratic: goes to the bottom of a bowl within 15 evaluations per number",
          "[propagator]") {
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{16});
  CAPTURE(slots);
  CHECK(test::median_best(test::box(8), quadratic, test::sphere, 120, slots) <
        (slots == 1 ? 1e-3 : 3));
  CHECK(test::median_best(test::box(8), quadratic, test::sphere, 300, slots) < 1e-3);
}

TEST_CASE("quadratic: keeps moving where the model is of no use", "[propagator]") {
  const auto steep = [](const Params& params) {
    double sum = 0;
    for (const double x : test::numbers(params)) {
      sum += std::sqrt(std::abs(x - 1.7)) + (std::sin(40 * x) + 1) / 10;
    }
    return sum;
  };
  CHECK(test::median_best(test::box(3), quadratic, steep, 600) < 1.5);
}

TEST_CASE("quadratic: more numbers than it models, none at all, and NaN", "[propagator]") {
  const SearchSpace choices({{"a", ChoiceDomain{{true, false}}, {}}});
  for (const SearchSpace& space : {test::box(60), choices}) {
    const Encoding encoding(space);
    Quadratic engine(encoding);
    const Archive archive(4);
    Rng rng{1};
    engine.observe(
        test::individual(1, {std::numeric_limits<double>::quiet_NaN()}, encoding.random(rng)));
    CHECK(engine.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "immigrant");
    for (std::uint64_t i = 2; i < 40; ++i) {
      engine.observe(test::individual(i, {rng.uniform()}, encoding.random(rng)));
      CHECK(engine.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "quadratic");
    }
  }
}

}  // namespace
}  // namespace evolt
