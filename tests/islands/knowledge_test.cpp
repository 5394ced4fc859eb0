#include "islands/knowledge.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

Individual individual(std::uint64_t counter, double score) {
  return Individual{
      .id = TrialId{1, 0, counter}, .genome = Genome{{score}}, .scores = {score}, .lineage = {}};
}

}  // namespace

TEST_CASE("knowledge: however much is told, the best and the newest are known, and little else",
          "[islands]") {
  Knowledge knowledge(24);
  Archive all(24);
  Rng rng{5};
  for (std::uint64_t i = 1; i <= 20'000; ++i) {
    const Individual one = individual(i, rng.uniform());
    knowledge.admit(one);
    all.admit(one);
    REQUIRE(knowledge.archive().size() <= Knowledge::kMost + 1);
    if (i % 997 != 0) {
      continue;
    }
    const auto ids = [](std::span<const Individual* const> these) {
      std::vector<TrialId> out;
      for (const Individual* const each : these) {
        out.push_back(each->id);
      }
      return out;
    };
    REQUIRE(ids(knowledge.archive().best()) == ids(all.best()));
    REQUIRE(ids(knowledge.archive().newest()) == ids(all.newest()));
  }
}

TEST_CASE("knowledge: what is told twice counts once", "[islands]") {
  Knowledge knowledge(8);
  knowledge.admit(individual(1, 0.5));
  knowledge.admit(individual(1, 0.25));
  CHECK(knowledge.archive().size() == 1);
  CHECK(knowledge.archive().best().front()->scores == std::vector<double>{0.25});
  knowledge.fail(Genome{{0.1}});
  CHECK(knowledge.archive().failures() == 1);
}

}  // namespace evolt
