#include "propagator/mutation.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <set>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("mutation: changes the configuration, and nothing that sleeps", "[propagator]") {
  Rng rng{1};
  for (int i = 0; i < 300; ++i) {
    const Encoding encoding(test::random_space(rng));
    const Genome before = encoding.random(rng);
    Genome after = before;
    Mutation().mutate(encoding, after, rng);
    const ActiveMask mask = encoding.active_mask(before);
    bool could_change = false;
    for (std::size_t g = 0; g < encoding.size(); ++g) {
      could_change = could_change || (mask[g] && encoding.levels(g) != 1);
      if (!mask[g] || encoding.levels(g) == 1) {
        REQUIRE(after.genes[g] == before.genes[g]);
      } else if (encoding.levels(g) > 1 && after.genes[g] != before.genes[g]) {
        REQUIRE(encoding.axis(g).level(after.genes[g]) != encoding.axis(g).level(before.genes[g]));
      }
      REQUIRE(after.genes[g] >= 0);
      REQUIRE((encoding.choices(g) > 0 || after.genes[g] <= 1));
    }
    REQUIRE((after == before) == !could_change);
  }
}

TEST_CASE("mutation: a tiny step takes an integer to its neighbour, both ways", "[propagator]") {
  const Encoding encoding(SearchSpace({{"n", IntDomain{.low = 0, .high = 4}, {}}}));
  const Mutation tiny({.more = 0, .scale = 1e-9});
  Rng rng{2};
  for (std::int64_t from = 0; from <= 4; ++from) {
    std::set<std::int64_t> reached;
    for (int i = 0; i < 100; ++i) {
      Genome genome{{encoding.axis(0).gene_at(from)}};
      tiny.mutate(encoding, genome, rng);
      reached.insert(encoding.axis(0).level(genome.genes[0]));
    }
    std::set<std::int64_t> expected = {from - 1, from + 1};
    expected.erase(-1);
    expected.erase(5);
    CHECK(reached == expected);
  }
}

TEST_CASE("mutation: every other choice is as likely", "[propagator]") {
  const Encoding encoding(SearchSpace(
      {{"c",
        ChoiceDomain{{test::text("a"), test::text("b"), test::text("c"), test::text("d")}},
        {}}}));
  Rng rng{3};
  std::vector<int> hits(4, 0);
  for (int i = 0; i < 9'000; ++i) {
    Genome genome{{2}};
    Mutation().mutate(encoding, genome, rng);
    ++hits[static_cast<std::size_t>(genome.genes[0])];
  }
  CHECK(hits[2] == 0);
  for (const int choice : {0, 1, 3}) {
    CHECK(hits[static_cast<std::size_t>(choice)] == Approx(3'000).epsilon(0.1));
  }
}

TEST_CASE("mutation: steps are spread over the decades below the scale", "[propagator]") {
  const Encoding encoding(test::box(1));
  const Mutation mutation({.more = 0, .scale = 0.1, .decades = 3});
  Rng rng{4};
  int small = 0;
  int large = 0;
  constexpr int kRounds = 10'000;
  for (int i = 0; i < kRounds; ++i) {
    Genome genome{{0.5}};
    mutation.mutate(encoding, genome, rng);
    const double step = std::abs(genome.genes[0] - 0.5);
    small += step < 0.001 ? 1 : 0;
    large += step > 0.05 ? 1 : 0;
  }
  CHECK(small > kRounds / 4);
  CHECK(large > kRounds / 25);
}

TEST_CASE("mutation: one gene, then another with the stated probability", "[propagator]") {
  const Encoding encoding(test::box(20));
  Rng rng{5};
  double changed = 0;
  constexpr int kRounds = 4'000;
  for (int i = 0; i < kRounds; ++i) {
    Genome genome{std::vector<double>(20, 0.5)};
    Mutation({.more = 0.5}).mutate(encoding, genome, rng);
    for (const double gene : genome.genes) {
      changed += gene != 0.5 ? 1 : 0;
    }
  }
  CHECK(changed / kRounds == Approx(2).epsilon(0.05));
}

TEST_CASE("mutation: keeps the parents and says what it is", "[propagator]") {
  const Encoding encoding(test::box(2));
  const Archive archive(4);
  Rng rng{6};
  const Brood parents = {
      {.genome = encoding.random(rng), .lineage = {.propagator = "rank", .parents = {{1, 2, 3}}}}};
  const Brood brood = Mutation().breed({encoding, archive}, parents, rng);
  REQUIRE(brood.size() == 1);
  CHECK(brood[0].lineage == Lineage{.propagator = "mutation", .parents = {{1, 2, 3}}});
  CHECK_FALSE(brood[0].genome == parents[0].genome);
}

TEST_CASE("mutation: refuses options without meaning", "[propagator]") {
  CHECK_THROWS_AS(Mutation({.more = 1}), ConfigError);
  CHECK_THROWS_AS(Mutation({.more = -0.1}), ConfigError);
  CHECK_THROWS_AS(Mutation({.scale = -1}), ConfigError);
  CHECK_THROWS_AS(Mutation({.scale = std::nan("")}), ConfigError);
  CHECK_THROWS_AS(Mutation({.decades = -1}), ConfigError);
}

}  // namespace
}  // namespace evolt
