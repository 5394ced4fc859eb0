#include "islands/knowledge.hpp"

#include "core/rng.hpp"
#include "islands/island.hpp"
#include "propagator/catalogue.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <utility>
#include <vector>

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
    REQUIRE(knowledge.archive().size() <= Knowledge::kMost);
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

TEST_CASE("island: a replica's memory is bounded, and its living are the best of all",
          "[islands]") {
  const Encoding encoding(SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}}));
  const auto make = [&] {
    return Island(IslandId{0}, IslandOptions{.capacity = 24}, {}, encoding,
                  make_propagator("random", encoding), OpeningMoves{}, Rng{1});
  };
  Island forward = make();
  Island shuffled = make();
  Rng rng{7};
  std::vector<Individual> all;
  for (std::uint64_t i = 1; i <= 10'000; ++i) {
    all.push_back(individual(i, rng.uniform()));
  }
  std::vector<Individual> other = all;
  for (std::size_t i = 0; i + 50 < other.size(); i += 50) {
    std::swap(other[i], other[i + rng.below(50)]);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    forward.admit(all[i], RankId{0});
    shuffled.admit(other[i], RankId{0});
    REQUIRE(forward.archive().size() <= Island::kMost);
  }
  std::sort(all.begin(), all.end(), [](const Individual& a, const Individual& b) {
    return a.scores.front() < b.scores.front();
  });
  for (std::size_t i = 0; i < 24; ++i) {
    CHECK(forward.living()[i]->id == all[i].id);
    CHECK(shuffled.living()[i]->id == all[i].id);
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
