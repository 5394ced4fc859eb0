#include "propagator/pipeline.hpp"

#include "core/config_error.hpp"
#include "propagator/blend_crossover.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/mutation.hpp"
#include "propagator/tournament.hpp"
#include "propagator/uniform_crossover.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

namespace evolt {
namespace {

/// Counts what it observes; all copies share the count.
struct Watcher {
  std::shared_ptr<int> seen = std::make_shared<int>(0);
  std::string_view name() const { return "watcher"; }
  Arity arity() const { return {.parents = 1, .offspring = 1}; }
  Brood breed(const Ground&, std::span<const Offspring> parents, Rng&) const {
    return {parents.begin(), parents.end()};
  }
  void observe(const Individual&) { ++*seen; }
};

std::string complaint(Propagator first, Propagator second) {
  try {
    std::move(first) | std::move(second);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("pipeline: each stage breeds from the one before", "[propagator]") {
  const Encoding encoding(test::box(4));
  Archive archive(8);
  Rng rng{1};
  for (std::uint64_t i = 0; i < 8; ++i) {
    archive.admit(test::individual(i, {1.0}, encoding.random(rng)));
  }
  Propagator pipeline = Tournament(2, 2) | UniformCrossover() | Mutation();
  CHECK(pipeline.name() == "tournament|uniform|mutation");
  CHECK_FALSE(pipeline.arity().parents);
  CHECK(pipeline.arity().offspring == 1);
  for (int i = 0; i < 50; ++i) {
    const Brood brood = pipeline.breed({encoding, archive}, {}, rng);
    REQUIRE(brood.size() == 1);
    CHECK(brood[0].lineage.propagator == "tournament|uniform|mutation");
    CHECK(brood[0].lineage.parents.size() >= 1);
    CHECK(brood[0].lineage.parents.size() <= 2);
    for (const TrialId& id : brood[0].lineage.parents) {
      CHECK(archive.find(id) != nullptr);
    }
  }
}

TEST_CASE("pipeline: bears its own name; what has no parents does not", "[propagator]") {
  const Encoding encoding(test::box(4));
  Archive archive(8);
  Rng rng{1};
  Pipeline pipeline("blend", {Tournament(2, 2), BlendCrossover(), Mutation()});
  CHECK(pipeline.breed({encoding, archive}, {}, rng)[0].lineage.parents.empty());
  archive.admit(test::individual(1, {1.0}, encoding.random(rng)));
  CHECK(pipeline.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "blend");
}

TEST_CASE("pipeline: stages that do not fit are refused in words", "[propagator]") {
  CHECK(complaint(Tournament(2, 1), UniformCrossover()) ==
        "pipeline tournament|uniform: tournament gives 1 offspring, but uniform takes 2 parents");
  CHECK(complaint(Tournament(2, 2), Mutation()) ==
        "pipeline tournament|mutation: tournament gives 2 offspring, but mutation takes 1 parent");
  CHECK(complaint(Mutation(), Tournament()) ==
        "pipeline mutation|tournament: mutation gives 1 offspring, but tournament takes its "
        "parents from the archive, so it can only come first");
  CHECK(complaint(Mutation(), Immigrant()) ==
        "pipeline mutation|immigrant: mutation gives 1 offspring, but immigrant takes no parents, "
        "so it can only come first");
  CHECK_THROWS_AS(Pipeline("empty", {}), ConfigError);
}

TEST_CASE("pipeline: all stages observe", "[propagator]") {
  const Watcher watcher;
  Propagator pipeline = Tournament(2, 1) | watcher | watcher;
  pipeline.observe(test::individual(1, {1.0}));
  CHECK(*watcher.seen == 2);
}

}  // namespace
}  // namespace evolt
