#include "propagator/propulate.hpp"

#include "core/config_error.hpp"
#include "propagator/catalogue.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace evolt {
namespace {

TEST_CASE("propulate: as good on a sphere as its original", "[propagator]") {
  const auto make = [](const Encoding& encoding) { return make_propagator("propulate", encoding); };
  // Measured of Propulate 1.2.2: 0.018 on a box of +-5.12 after 1,000 evaluations, two ranks.
  CHECK(test::median_best(test::box(10), make, test::sphere, 1'000, 2) < 0.1);
}

TEST_CASE("propulate: parents are of the elite; a tenth are strangers", "[propagator]") {
  const Encoding encoding(test::box(3));
  Archive archive(24);
  Rng rng{1};
  for (std::uint64_t i = 0; i < 24; ++i) {
    archive.admit(test::individual(i, {static_cast<double>(i)}, encoding.random(rng)));
  }
  const Propulate engine({.elite = 5});
  int strangers = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Lineage lineage = engine.breed({encoding, archive}, {}, rng)[0].lineage;
    strangers += lineage.parents.empty() ? 1 : 0;
    CHECK(lineage.parents.size() <= 2);
    for (const TrialId& id : lineage.parents) {
      CHECK(archive.find(id)->scores.front() < 5);
    }
  }
  CHECK(strangers > 150);
  CHECK(strangers < 250);
}

TEST_CASE("propulate: refuses numbers that mean nothing", "[propagator]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(Propulate({.elite = 0}), ConfigError);
  CHECK_THROWS_AS(Propulate({.crossover = 1.5}), ConfigError);
  CHECK_THROWS_AS(Propulate({.point = -1}), ConfigError);
  CHECK_THROWS_AS(Propulate({.interval = nan}), ConfigError);
  CHECK_THROWS_AS(Propulate({.deviation = 0}), ConfigError);
  CHECK_THROWS_AS(Propulate({.stranger = 2}), ConfigError);
}

}  // namespace
}  // namespace evolt
