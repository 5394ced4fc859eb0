#include "propagator/rank_selection.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("rank: the share of each rank follows the pressure", "[propagator]") {
  const Encoding encoding(test::box(1));
  Archive archive(10);
  for (std::uint64_t i = 0; i < 10; ++i) {
    archive.admit(test::individual(i, {static_cast<double>(i)}, Genome{{0.1}}));
  }
  Rng rng{1};
  std::vector<int> picks(10, 0);
  constexpr int kRounds = 20'000;
  const RankSelection selection({.among = 4, .pressure = 2, .count = 1});
  for (int i = 0; i < kRounds; ++i) {
    const Brood brood = selection.breed({encoding, archive}, {}, rng);
    REQUIRE(brood.size() == 1);
    REQUIRE(brood[0].lineage.propagator == "rank");
    ++picks[brood[0].lineage.parents.at(0).counter];
  }
  for (int rank = 0; rank < 4; ++rank) {
    const double share = std::sqrt((rank + 1) / 4.0) - std::sqrt(rank / 4.0);
    CHECK(picks[static_cast<std::size_t>(rank)] == Approx(kRounds * share).epsilon(0.05));
  }
  CHECK(picks[4] == 0);
}

TEST_CASE("rank: two parents differ where they can", "[propagator]") {
  const Encoding encoding(test::box(1));
  Archive archive(10);
  for (std::uint64_t i = 0; i < 10; ++i) {
    archive.admit(test::individual(i, {static_cast<double>(i)}, Genome{{0.1}}));
  }
  Rng rng{1};
  int same = 0;
  for (int i = 0; i < 1'000; ++i) {
    const Brood brood = RankSelection().breed({encoding, archive}, {}, rng);
    REQUIRE(brood.size() == 2);
    same += brood[0].lineage == brood[1].lineage ? 1 : 0;
  }
  CHECK(same < 20);
}

TEST_CASE("rank: strangers where nobody lives", "[propagator]") {
  const Encoding encoding(test::mixed());
  const Archive archive(4);
  Rng rng{1};
  const Brood brood = RankSelection().breed({encoding, archive}, {}, rng);
  REQUIRE(brood.size() == 2);
  CHECK(brood[1].lineage.propagator == "immigrant");
}

TEST_CASE("rank: refuses options without meaning", "[propagator]") {
  CHECK_THROWS_AS(RankSelection({.among = 0}), ConfigError);
  CHECK_THROWS_AS(RankSelection({.count = 0}), ConfigError);
  CHECK_THROWS_AS(RankSelection({.pressure = 0.5}), ConfigError);
  CHECK_THROWS_AS(RankSelection({.pressure = std::numeric_limits<double>::infinity()}),
                  ConfigError);
  CHECK_THROWS_AS(RankSelection({.pressure = std::nan("")}), ConfigError);
}

}  // namespace
}  // namespace evolt
