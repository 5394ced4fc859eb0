#include "propagator/proposer.hpp"

#include "core/config_error.hpp"
#include "propagator/catalogue.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/mutation.hpp"
#include "propagator/tournament.hpp"
#include "tests/propagator/spaces.hpp"

#include <absl/strings/str_cat.h>
#include <catch2/catch.hpp>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace evolt {
namespace {

/// One process with one island.
struct Process {
  explicit Process(SearchSpace space, OpeningMoves opening = {}, std::uint64_t seed = 1,
                   std::string name = "default")
      : encoding(std::move(space)),
        rng{seed},
        proposer(encoding, make_propagator(name, encoding), std::move(opening), rng) {}

  std::optional<Offspring> step() {
    auto offspring = proposer.propose(archive, seen, rng);
    if (offspring) {
      archive.admit(test::individual(++counter, {rng.uniform()}, offspring->genome));
    }
    return offspring;
  }

  Encoding encoding;
  Rng rng;
  Archive archive{12};
  Seen seen;
  Proposer proposer;
  std::uint64_t counter = 0;
};

TEST_CASE("proposer: the user's points come first, in order, each once", "[propagator]") {
  const Params first = {{"kind", test::text("short")}, {"c", 0.1}};
  const Params second = {
      {"a", std::int64_t{2}}, {"kind", test::text("long")}, {"b", test::text("s")}};
  Process process(test::finite(), {.start = {first, second, first}, .sampled = 2});
  auto offspring = process.step();
  CHECK(process.encoding.decode(offspring->genome) == first);
  CHECK(offspring->lineage.propagator == "start");
  CHECK(process.encoding.decode(process.step()->genome) == second);
  const std::string third = process.step()->lineage.propagator;
  CHECK((third == "sample" || third == "immigrant"));
}

TEST_CASE("proposer: a start point that was received already is not proposed", "[propagator]") {
  const Params known = {{"kind", test::text("short")}, {"c", 0.1}};
  Process process(test::finite(), {.start = {known}});
  process.seen.insert(process.encoding.key(process.encoding.encode(known)));
  CHECK_FALSE(process.encoding.decode(process.step()->genome) == known);
}

TEST_CASE("proposer: opens with points spread over the space", "[propagator]") {
  Process process(test::box(3), {.sampled = 10});
  std::vector<int> hits(10, 0);
  for (int i = 0; i < 10; ++i) {
    const auto offspring = process.step();
    CHECK(offspring->lineage.propagator == "sample");
    ++hits[static_cast<std::size_t>(offspring->genome.genes[0] * 10)];
  }
  CHECK(hits == std::vector<int>(10, 1));
  CHECK_FALSE(process.step()->lineage.propagator == "sample");
}

TEST_CASE("proposer: a sampled point that is forbidden is replaced", "[propagator]") {
  Process process(SearchSpace({{"x", FloatDomain{}, {}}}, {{.all = {{.param = "x", .lt = 0.5}}}}),
                  {.sampled = 10});
  int sampled = 0;
  int drawn = 0;
  for (int i = 0; i < 10; ++i) {
    const auto offspring = process.step();
    CHECK(process.encoding.allowed(offspring->genome));
    sampled += offspring->lineage.propagator == "sample" ? 1 : 0;
    drawn += offspring->lineage.propagator == "immigrant" ? 1 : 0;
  }
  CHECK(sampled == 5);
  CHECK(drawn == 5);
}

TEST_CASE("proposer: uses up a finite space exactly, then has nothing", "[propagator]") {
  Process process(test::finite());
  std::set<GenomeKey> proposed;
  while (const auto offspring = process.step()) {
    const Params params = process.encoding.decode(offspring->genome);
    REQUIRE(process.encoding.space().check(params).message() == "");
    REQUIRE(proposed.insert(process.encoding.key(offspring->genome)).second);
  }
  CHECK(proposed.size() == 12);
  CHECK_FALSE(process.step());
}

TEST_CASE("proposer: uses up any small space, whatever it is made of", "[propagator]") {
  Rng rng{7};
  int spaces = 0;
  while (spaces < 25) {
    SearchSpace space = test::random_space(rng, false, 4);
    if (!space.cardinality() || *space.cardinality() > 200) {
      continue;
    }
    ++spaces;
    Process process(std::move(space), {.sampled = 5}, rng.bits());
    std::set<GenomeKey> allowed;
    Walk walk(process.encoding);
    std::int64_t patience = 100'000;
    while (const auto genome = walk.next(rng, patience)) {
      allowed.insert(process.encoding.key(*genome));
    }
    std::set<GenomeKey> proposed;
    while (const auto offspring = process.step()) {
      REQUIRE(proposed.insert(process.encoding.key(offspring->genome)).second);
    }
    CHECK(proposed == allowed);
  }
}

TEST_CASE("proposer: islands that share what was seen share a space without repeats",
          "[propagator]") {
  const Encoding encoding(test::finite());
  Rng rng{3};
  Seen seen;
  const Archive archive(4);
  std::vector<Proposer> islands;
  for (int i = 0; i < 3; ++i) {
    islands.emplace_back(encoding, make_propagator("default", encoding), OpeningMoves{.sampled = 3},
                         rng);
  }
  std::size_t total = 0;
  bool any = true;
  while (any) {
    any = false;
    for (Proposer& island : islands) {
      if (island.propose(archive, seen, rng)) {
        ++total;
        any = true;
      }
    }
  }
  CHECK(total == 12);
  CHECK(seen.size() == 12);
}

TEST_CASE("proposer: finds a tiny allowed region, and gives up where there is none",
          "[propagator]") {
  const std::vector<Parameter> parameters = {{"x", FloatDomain{}, {}}, {"y", FloatDomain{}, {}}};
  Process tiny(SearchSpace(parameters, {{.all = {{.param = "x", .gt = 0.001}}}}));
  for (int i = 0; i < 20; ++i) {
    const auto offspring = tiny.step();
    REQUIRE(offspring);
    CHECK(tiny.encoding.allowed(offspring->genome));
  }
  Process none(SearchSpace(parameters, {{.all = {{.param = "x", .ge = 0}}}}));
  CHECK_FALSE(none.step());
}

TEST_CASE("proposer: the same seed gives the same proposals, another seed others", "[propagator]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  Process one(test::mixed(), {.sampled = 8}, 5, name);
  Process same(test::mixed(), {.sampled = 8}, 5, name);
  Process other(test::mixed(), {.sampled = 8}, 6, name);
  bool differs = false;
  for (int i = 0; i < 300; ++i) {
    const auto a = one.step();
    const auto b = same.step();
    const auto c = other.step();
    REQUIRE(a->genome == b->genome);
    REQUIRE(a->lineage == b->lineage);
    differs = differs || !(a->genome == c->genome);
  }
  CHECK(differs);
}

TEST_CASE("proposer: nothing twice and nothing forbidden in a long search", "[propagator]") {
  SearchSpace space(test::mixed().parameters(),
                    {{.all = {{.param = "layers", .ge = 5}, {.param = "dropout", .lt = 0.2}}}});
  Process process(std::move(space), {.sampled = 20});
  std::set<std::string> proposed;
  for (int i = 0; i < 2'000; ++i) {
    const auto offspring = process.step();
    REQUIRE(offspring);
    const Params params = process.encoding.decode(offspring->genome);
    REQUIRE(process.encoding.space().check(params).message() == "");
    std::string words;
    for (const auto& [key, value] : params) {
      absl::StrAppend(&words, key, "=", to_text(value), ";");
    }
    REQUIRE(proposed.insert(words).second);
  }
  CHECK(process.seen.size() == 2'000);
}

TEST_CASE("proposer: refuses a bad start and a propagator that cannot begin", "[propagator]") {
  const Encoding encoding(test::finite());
  Rng rng{1};
  const auto start = [&](Params params) {
    return Proposer(encoding, Immigrant(), {.start = {std::move(params)}}, rng);
  };
  CHECK_THROWS_WITH(start({{"kind", test::text("short")}, {"c", 0.5}}),
                    Catch::Contains("[[start]] number 1") && Catch::Contains("c = 0.5"));
  CHECK_THROWS_AS(
      start({{"kind", test::text("long")}, {"a", std::int64_t{4}}, {"b", test::text("m")}}),
      ConfigError);
  CHECK_THROWS_WITH(Proposer(encoding, Mutation(), {}, rng), Catch::Contains("selection"));
  CHECK_THROWS_AS(Proposer(encoding, Tournament(2, 2), {}, rng), ConfigError);
}

TEST_CASE("proposer: hands what it observes to its propagator", "[propagator]") {
  struct Watcher {
    std::shared_ptr<int> seen = std::make_shared<int>(0);
    std::string_view name() const { return "watcher"; }
    Arity arity() const { return {.parents = 0, .offspring = 1}; }
    Brood breed(const Ground& ground, std::span<const Offspring>, Rng& rng) const {
      return Immigrant().breed(ground, {}, rng);
    }
    void observe(const Individual&) { ++*seen; }
  };
  const Encoding encoding(test::box(2));
  Rng rng{1};
  const Watcher watcher;
  Proposer proposer(encoding, watcher, {}, rng);
  proposer.observe(test::individual(1, {1.0}));
  CHECK(*watcher.seen == 1);
}

TEST_CASE("proposer: takes what others propose, once and only where it can be", "[propagator]") {
  Process process(test::box(2));
  const Params good = process.encoding.decode(Genome{{0.25, 0.5}});
  const auto adopted = process.proposer.adopt(good, "mine", process.seen);
  REQUIRE(adopted.ok());
  CHECK(adopted->lineage.propagator == "mine");
  CHECK(process.encoding.decode(adopted->genome) == good);
  CHECK(absl::IsAlreadyExists(process.proposer.adopt(good, "mine", process.seen).status()));
  Params outside = good;
  outside.front().second = 1e9;
  CHECK(absl::IsInvalidArgument(process.proposer.adopt(outside, "mine", process.seen).status()));
  CHECK(process.seen.size() == 1);
}

TEST_CASE("proposer: hands out the points it was given before any other", "[propagator]") {
  const Encoding encoding(test::box(1));
  Rng rng{1};
  const Params point = encoding.decode(Genome{{0.25}});
  Seen seen;
  Proposer proposer(encoding, Immigrant(),
                    {.start = {point}, .prior = {encoding.decode(Genome{{0.5}})}, .sampled = 2},
                    rng);
  CHECK(proposer.open_given(seen)->lineage.propagator == "start");
  CHECK(proposer.open_given(seen)->lineage.propagator == "transfer");
  CHECK(!proposer.open_given(seen));
  CHECK(proposer.propose(Archive(4), seen, rng)->lineage.propagator == "sample");
}

}  // namespace
}  // namespace evolt
