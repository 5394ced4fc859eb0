#include "propagator/immigrant.hpp"

#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

TEST_CASE("immigrant: comes from nowhere and from everywhere", "[propagator]") {
  const Encoding encoding(test::box(1, 0, 1));
  const Archive archive(4);
  Rng rng{1};
  double sum = 0;
  for (int i = 0; i < 1'000; ++i) {
    const Brood brood = Immigrant().breed({encoding, archive}, {}, rng);
    REQUIRE(brood.size() == 1);
    CHECK(brood[0].lineage == Lineage{.propagator = "immigrant", .parents = {}});
    sum += brood[0].genome.genes[0];
  }
  CHECK(sum / 1'000 == Approx(0.5).margin(0.03));
}

}  // namespace
}  // namespace evolt
