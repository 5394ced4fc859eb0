#include "islands/layout.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

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

TEST_CASE("layout: islands of the sizes that were asked for", "[islands]") {
  const auto sizes_of = [](const Layout& layout) {
    std::vector<std::size_t> sizes;
    for (std::int32_t i = 0; i < layout.islands(); ++i) {
      sizes.push_back(layout.ranks_of(IslandId{i}).size());
    }
    return sizes;
  };
  const std::vector<std::int32_t> shares = {3, 5, 1};
  CHECK(sizes_of(Layout(9, shares)) == std::vector<std::size_t>{3, 5, 1});
  CHECK(sizes_of(Layout(18, shares)) == std::vector<std::size_t>{6, 10, 2});
  CHECK(sizes_of(Layout(4, shares)) == std::vector<std::size_t>{1, 2, 1});
  CHECK(sizes_of(Layout(3, shares)) == std::vector<std::size_t>{1, 1, 1});
  CHECK(sizes_of(Layout(512, std::vector<std::int32_t>(3, 1'000'000'000))) ==
        std::vector<std::size_t>{171, 171, 170});
}

TEST_CASE("layout: copies share their tables, and large ones are cheap", "[islands]") {
  const Layout layout(100'000, 20'000);
  const Layout copy = layout;
  CHECK(&copy.ranks_of(IslandId{7}) == &layout.ranks_of(IslandId{7}));
  CHECK(layout.ranks_of(IslandId{19'999}).back() == RankId{99'999});
}

TEST_CASE("layout: a rank breeds for its islands as often as their shares say", "[islands]") {
  const Layout layout(1, std::vector<std::int32_t>{2, 6, 4});
  const std::vector<std::size_t> turns = layout.turns_of(RankId{0});
  CHECK(turns == std::vector<std::size_t>{1, 2, 0, 1, 2, 1});
  const auto many = Layout(1, std::vector<std::int32_t>{1'000'000, 999'999, 1}).turns_of(RankId{0});
  CHECK(many.size() < 5000);
  CHECK(std::count(many.begin(), many.end(), 2U) == 1);
  CHECK(Layout(1, 3).turns_of(RankId{0}) == std::vector<std::size_t>{0, 1, 2});
  CHECK(Layout(3, 3).turns_of(RankId{2}) == std::vector<std::size_t>{0});
}

TEST_CASE("layout: ranks are spread evenly over islands", "[islands]") {
  const Layout layout(10, 4);
  for (std::int32_t i = 0; i < 4; ++i) {
    const auto hosts = layout.ranks_of(IslandId{i}).size();
    CHECK(hosts >= 2);
    CHECK(hosts <= 3);
  }
}

TEST_CASE("layout: ranks that do not breed have no islands", "[islands]") {
  const Layout layout(6, {RankId{0}, RankId{2}, RankId{5}}, std::vector<std::int32_t>{1, 1});
  CHECK(layout.ranks() == 6);
  CHECK(layout.ranks_of(IslandId{0}) == std::vector<RankId>{RankId{0}, RankId{2}});
  CHECK(layout.ranks_of(IslandId{1}) == std::vector<RankId>{RankId{5}});
  CHECK(layout.islands_of(RankId{1}).empty());
  CHECK(layout.turns_of(RankId{1}).empty());
  CHECK_FALSE(layout.hosts(RankId{3}, IslandId{0}));
  const Layout few(4, {RankId{1}, RankId{3}}, std::vector<std::int32_t>{1, 1, 1});
  CHECK(few.islands_of(RankId{1}) == std::vector<IslandId>{IslandId{0}, IslandId{1}});
  CHECK(few.islands_of(RankId{3}) == std::vector<IslandId>{IslandId{2}});
}

}  // namespace evolt
