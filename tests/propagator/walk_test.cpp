#include "propagator/walk.hpp"

#include "tests/propagator/spaces.hpp"

#include <absl/strings/str_cat.h>
#include <catch2/catch.hpp>

#include <cstdint>
#include <set>

namespace evolt {
namespace {

/// All configurations that are drawn in many tries.
std::set<GenomeKey> drawn(const Encoding& encoding, Rng& rng, int tries) {
  std::set<GenomeKey> keys;
  for (int i = 0; i < tries; ++i) {
    const Genome genome = encoding.random(rng);
    if (encoding.allowed(genome)) {
      keys.insert(encoding.key(genome));
    }
  }
  return keys;
}

TEST_CASE("walk: visits each allowed configuration once", "[propagator]") {
  Rng rng{1};
  int spaces = 0;
  while (spaces < 60) {
    const Encoding encoding(test::random_space(rng, false, 4));
    const auto most = encoding.space().cardinality();
    if (!most || *most > 300) {
      continue;
    }
    ++spaces;
    Walk walk(encoding);
    std::set<GenomeKey> visited;
    std::int64_t patience = 1'000'000;
    while (const auto genome = walk.next(rng, patience)) {
      REQUIRE(encoding.allowed(*genome));
      REQUIRE(visited.insert(encoding.key(*genome)).second);
    }
    CHECK(walk.done());
    for (const GenomeKey& key : drawn(encoding, rng, 3'000)) {
      REQUIRE(visited.count(key) == 1);
    }
    CHECK(static_cast<double>(visited.size()) <= *most);
  }
}

TEST_CASE("walk: stops when patience is at an end, and goes on later", "[propagator]") {
  const Encoding encoding(SearchSpace(
      {{"a", IntDomain{.low = 0, .high = 99}, {}}, {"b", IntDomain{.low = 0, .high = 1}, {}}},
      {{.all = {{.param = "a", .lt = 90}}}}));
  Walk walk(encoding);
  Rng rng{1};
  std::int64_t patience = 50;
  CHECK_FALSE(walk.next(rng, patience));
  CHECK(patience == 0);
  CHECK_FALSE(walk.done());
  patience = 50;
  const auto first = walk.next(rng, patience);
  REQUIRE(first);
  CHECK(encoding.decode(*first) == Params{{"a", std::int64_t{90}}, {"b", std::int64_t{0}}});
  CHECK(patience == 10);
}

TEST_CASE("walk: leaves out whole branches that begin forbidden", "[propagator]") {
  std::vector<Parameter> parameters = {{"gate", ChoiceDomain{{false, true}}, {}}};
  for (int i = 0; i < 12; ++i) {
    parameters.push_back({absl::StrCat("n", i), IntDomain{.low = 0, .high = 9}, {}});
  }
  const Encoding encoding(SearchSpace(parameters, {test::when("gate", {false})}));
  Walk walk(encoding);
  Rng rng{1};
  std::int64_t patience = 10;
  const auto genome = walk.next(rng, patience);
  REQUIRE(genome);
  CHECK(patience == 9);
}

TEST_CASE("walk: never ends where a number is continuous", "[propagator]") {
  const Encoding encoding(SearchSpace(
      {{"on", ChoiceDomain{{false, true}}, {}}, {"x", FloatDomain{}, test::when("on", {true})}}));
  Walk walk(encoding);
  Rng rng{1};
  std::set<GenomeKey> visited;
  std::int64_t patience = 10;
  for (int i = 0; i < 200; ++i) {
    const auto genome = walk.next(rng, patience);
    REQUIRE(genome);
    visited.insert(encoding.key(*genome));
  }
  CHECK(visited.size() == 101);
  CHECK_FALSE(walk.done());
}

TEST_CASE("walk: ends where everything continuous is forbidden", "[propagator]") {
  const Encoding encoding(SearchSpace(
      {{"on", ChoiceDomain{{false, true}}, {}}, {"x", FloatDomain{}, test::when("on", {true})}},
      {test::when("on", {true})}));
  Walk walk(encoding);
  Rng rng{1};
  std::int64_t patience = 10;
  CHECK(walk.next(rng, patience));
  CHECK_FALSE(walk.next(rng, patience));
  CHECK(walk.done());
}

}  // namespace
}  // namespace evolt
