#include "islands/layout.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("layout: every rank has an island and every island a rank", "[islands]") {
  const std::int32_t ranks = GENERATE(1, 2, 3, 4, 7, 64);
  const std::int32_t islands = GENERATE(1, 2, 3, 5, 8);
  const Layout layout(ranks, islands);
  std::size_t links = 0;
  for (std::int32_t r = 0; r < ranks; ++r) {
    REQUIRE_FALSE(layout.islands_of(RankId{r}).empty());
    for (const IslandId island : layout.islands_of(RankId{r})) {
      CHECK(layout.hosts(RankId{r}, island));
      ++links;
    }
  }
  for (std::int32_t i = 0; i < islands; ++i) {
    REQUIRE_FALSE(layout.ranks_of(IslandId{i}).empty());
    links -= layout.ranks_of(IslandId{i}).size();
    CHECK(layout.hosts(layout.owner(IslandId{i}, TrialId{1, 2, 3}), IslandId{i}));
  }
  CHECK(links == 0);
}

TEST_CASE("layout: ranks are spread evenly over islands", "[islands]") {
  const Layout layout(10, 4);
  for (std::int32_t i = 0; i < 4; ++i) {
    const auto hosts = layout.ranks_of(IslandId{i}).size();
    CHECK(hosts >= 2);
    CHECK(hosts <= 3);
  }
}

}  // namespace evolt
