#include "propagator/mix.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/mutation.hpp"
#include "propagator/tournament.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <memory>
#include <string>

namespace evolt {
namespace {

/// Breeds from nothing under a name of its own, and counts what it observes.
struct Named {
  std::string own;
  std::shared_ptr<int> seen = std::make_shared<int>(0);
  std::string_view name() const { return own; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring>, Rng& rng) const {
    return {{.genome = ground.encoding.random(rng), .lineage = {.propagator = own, .parents = {}}}};
  }
  void observe(const Individual&) { ++*seen; }
};

TEST_CASE("mix: turns come by weight", "[propagator]") {
  const Encoding encoding(test::box(1));
  const Archive archive(4);
  Mix mix({{1, Named{"a"}}, {0, Named{"never"}}, {3, Named{"b"}}, {0, Named{"last"}}});
  Rng rng{1};
  std::map<std::string, int> turns;
  for (int i = 0; i < 8'000; ++i) {
    ++turns[mix.breed({encoding, archive}, {}, rng)[0].lineage.propagator];
  }
  CHECK(turns.size() == 2);
  CHECK(turns["a"] == Approx(2'000).epsilon(0.1));
  CHECK(turns["b"] == Approx(6'000).epsilon(0.1));
}

TEST_CASE("mix: all observe, whoever bred", "[propagator]") {
  const Named a{"a"};
  const Named b{"b"};
  Mix mix({{1, a}, {1, b}});
  mix.observe(test::individual(1, {1.0}));
  CHECK(*a.seen == 1);
  CHECK(*b.seen == 1);
}

TEST_CASE("mix: none and those of the archive are the same parents", "[propagator]") {
  Mix mix({{1, Immigrant()}, {1, Tournament(2, 1)}});
  CHECK_FALSE(mix.arity().parents);
  CHECK(mix.arity().offspring == 1);
  CHECK(Mix({{1, Mutation()}}).arity().parents == 1);
}

TEST_CASE("mix: refuses what it cannot mix", "[propagator]") {
  CHECK_THROWS_AS(Mix({}), ConfigError);
  CHECK_THROWS_AS(Mix({{-1, Immigrant()}}), ConfigError);
  CHECK_THROWS_AS(Mix({{std::nan(""), Immigrant()}}), ConfigError);
  CHECK_THROWS_AS(Mix({{0, Immigrant()}}), ConfigError);
  CHECK_THROWS_AS(Mix({{1, Immigrant()}, {1, Mutation()}}), ConfigError);
  CHECK_THROWS_AS(Mix({{1, Immigrant()}, {1, Tournament(2, 2)}}), ConfigError);
}

}  // namespace
}  // namespace evolt
