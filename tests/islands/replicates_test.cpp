#include "islands/replicates.hpp"

#include <catch2/catch.hpp>

#include <deque>

namespace evolt {
namespace {

Individual one(std::uint64_t counter, Standing standing = Standing::finished) {
  return Individual{.id = TrialId{1, 0, counter}, .scores = {1}, .standing = standing};
}

}  // namespace

TEST_CASE("replicates: the mean is the same in whatever order results came", "[islands]") {
  const TrialId root{1, 0, 1};
  const std::vector<std::vector<double>> results = {{0.1, 5}, {0.7, 1}, {0.3, 3}, {1e-9, 2}};
  Replicates forth;
  Replicates back;
  for (std::size_t i = 0; i < results.size(); ++i) {
    forth.add(root, results[i]);
    back.add(root, results[results.size() - 1 - i]);
  }
  CHECK(forth.mean(root) == back.mean(root));
  CHECK(forth.mean(root)[1] == Approx(2.75));
  CHECK(forth.mean(TrialId{9, 9, 9}).empty());
}

TEST_CASE("replicates: the leaders are evaluated again, the least known first", "[islands]") {
  Replicates replicates;
  std::deque<Individual> all;
  std::vector<const Individual*> best;
  for (std::uint64_t i = 1; i <= 12; ++i) {
    all.push_back(one(i, i == 2 ? Standing::stopped : Standing::finished));
    best.push_back(&all.back());
    replicates.add(all.back().id, {static_cast<double>(i)});
  }
  CHECK(replicates.choose(best, 9) == nullptr);
  std::vector<std::uint64_t> order;
  while (const Individual* const next = replicates.choose(best, 12)) {
    order.push_back(next->id.counter);
    replicates.expect(next->id);
  }
  // Twice each of the first eight but the one that was stopped; what is on its way counts.
  CHECK(order == std::vector<std::uint64_t>{1, 3, 4, 5, 6, 7, 8});
  replicates.give_up(TrialId{1, 0, 5});
  REQUIRE(replicates.choose(best, 12) != nullptr);
  CHECK(replicates.choose(best, 12)->id.counter == 5);
  CHECK(replicates.choose(best, 80)->id.counter == 5);
}

TEST_CASE("replicates: known by their lineage", "[islands]") {
  Individual individual = one(7);
  CHECK_FALSE(Replicates::root_of(individual));
  individual.lineage = {.propagator = std::string(kReplicate), .parents = {TrialId{1, 0, 3}}};
  CHECK(Replicates::root_of(individual) == TrialId{1, 0, 3});
}

}  // namespace evolt
