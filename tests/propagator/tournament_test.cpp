#include "propagator/tournament.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace evolt {
namespace {

TEST_CASE("tournament: the best of k wins with probability 1 - (1 - 1/n)^k", "[propagator]") {
  const Encoding encoding(test::box(1));
  Archive archive(4);
  for (std::uint64_t i = 0; i < 8; ++i) {
    archive.admit(test::individual(i, {static_cast<double>(i)}, Genome{{0.1}}));
  }
  Rng rng{1};
  std::vector<int> wins(8, 0);
  constexpr int kRounds = 20'000;
  for (int i = 0; i < kRounds; ++i) {
    const Brood brood = Tournament(3, 1).breed({encoding, archive}, {}, rng);
    REQUIRE(brood.size() == 1);
    REQUIRE(brood[0].lineage.propagator == "tournament");
    ++wins[brood[0].lineage.parents.at(0).counter];
  }
  CHECK(wins[0] == Approx(kRounds * (1 - 27.0 / 64)).epsilon(0.03));
  CHECK(wins[3] == Approx(kRounds * (1.0 / 64)).epsilon(0.2));
  CHECK(wins[4] + wins[5] + wins[6] + wins[7] == 0);  // present, but not living
}

TEST_CASE("tournament: gives as many as asked, strangers where nobody lives", "[propagator]") {
  const Encoding encoding(test::mixed());
  Archive archive(4);
  Rng rng{1};
  Brood brood = Tournament(2, 3).breed({encoding, archive}, {}, rng);
  REQUIRE(brood.size() == 3);
  CHECK(brood[2].lineage == Lineage{.propagator = "immigrant", .parents = {}});
  archive.admit(test::individual(7, {1}, encoding.random(rng)));
  brood = Tournament(2, 3).breed({encoding, archive}, {}, rng);
  REQUIRE(brood.size() == 3);
  CHECK(brood[2].genome == archive.living()[0]->genome);
}

TEST_CASE("tournament: refuses to pick nobody", "[propagator]") {
  CHECK_THROWS_AS(Tournament(0, 1), ConfigError);
  CHECK_THROWS_AS(Tournament(2, 0), ConfigError);
}

}  // namespace
}  // namespace evolt
