#include "benchmarks/search_quality/campaign.hpp"

#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>

using namespace evolt;

TEST_CASE("campaign: each index is worked on once, by any number of threads", "[benchmarks]") {
  for (const unsigned jobs : {1U, 3U, 50U}) {
    std::vector<std::atomic<int>> visits(20);
    for_each_index(visits.size(), jobs, [&](std::size_t i) { ++visits[i]; });
    for (const std::atomic<int>& count : visits) {
      CHECK(count == 1);
    }
  }
}

TEST_CASE("campaign: a failure comes back to the caller", "[benchmarks]") {
  for (const unsigned jobs : {1U, 3U}) {
    CHECK_THROWS_WITH(for_each_index(20, jobs,
                                     [](std::size_t i) {
                                       if (i == 7) {
                                         throw std::runtime_error("seven");
                                       }
                                     }),
                      "seven");
  }
}

TEST_CASE("campaign: every search once, the same however many jobs", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem("a"), tiny_problem("b")};
  CampaignOptions options{
      .searchers = {{"default", {}}, {"random", {}}}, .workers = {}, .first_seed = 3, .seeds = 2};
  const std::vector<Run> alone = run_campaign(problems, options);
  options.jobs = 3;
  const std::vector<Run> together = run_campaign(problems, options);
  REQUIRE(alone.size() == 16);  // problems x slots x searchers x seeds
  REQUIRE(together.size() == 16);
  for (std::size_t i = 0; i < alone.size(); ++i) {
    CHECK(alone[i].problem == together[i].problem);
    CHECK(alone[i].method == together[i].method);
    CHECK(alone[i].workers == together[i].workers);
    CHECK(alone[i].seed == together[i].seed);
    CHECK(alone[i].regrets == together[i].regrets);
    CHECK((alone[i].seed == 3 || alone[i].seed == 4));
  }
}

TEST_CASE("campaign: asked slots replace those of the protocol", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem()};
  const CampaignOptions options{.searchers = {{"random", {}}}, .workers = {2}, .seeds = 1};
  const std::vector<Run> runs = run_campaign(problems, options);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].workers == 2);
}

TEST_CASE("campaign: yardsticks fall with the budget", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem(), tiny_front()};
  const Yardsticks random = yardsticks(problems, 0, 2);
  for (const Problem& problem : problems) {
    const auto& of_problem = random.at(&problem);
    REQUIRE(of_problem.size() == 2);
    CHECK(*of_problem[0] > *of_problem[1]);
    CHECK(*of_problem[1] > 0);
  }
  // The smallest of 10 distances to 0.3: its median m has (1 - 2 m)^10 = 1/2.
  CHECK(*random.at(&problems[0])[0] == Approx(0.0335).margin(0.012));
}
