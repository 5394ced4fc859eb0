#include "benchmarks/search_quality/driver.hpp"

#include "core/config_error.hpp"
#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace evolt;

TEST_CASE("driver: every evaluation of the budget finishes, with one slot and with many",
          "[benchmarks]") {
  for (const int workers : {1, 4, 16, 64}) {
    CHECK(run_search(tiny_problem(), {}, workers, 0, 20).size() == 20);
    CHECK(run_search(tiny_front(), {}, workers, 0, 20).size() == 40);
  }
}

TEST_CASE("driver: the same seed gives the same results, another one others", "[benchmarks]") {
  for (const int workers : {1, 4}) {
    const Results first = run_search(tiny_problem(), {}, workers, 5, 20);
    CHECK(run_search(tiny_problem(), {}, workers, 5, 20) == first);
    CHECK(run_search(tiny_problem(), {}, workers, 6, 20) != first);
  }
}

TEST_CASE("driver: with several slots results return out of order", "[benchmarks]") {
  // Random search proposes the same points whatever returns, so that only the order differs.
  const Searcher random{.propagator = "random", .settings = {"islands.count=1"}};
  Results alone = run_search(tiny_problem(), random, 1, 3, 20);
  Results together = run_search(tiny_problem(), random, 4, 3, 20);
  CHECK(alone != together);
  std::sort(alone.begin(), alone.end());
  std::sort(together.begin(), together.end());
  CHECK(alone == together);
}

TEST_CASE("driver: settings of the study are taken over, the others stay", "[benchmarks]") {
  const auto with = [](const std::string& setting) {
    return run_search(tiny_problem(), {.settings = {setting}}, 1, 3, 20);
  };
  const Results plain = run_search(tiny_problem(), {}, 1, 3, 20);
  CHECK(with("islands.count=4") != plain);
  CHECK(with("islands.count=2") == plain);  // the default of a study file
  CHECK_THROWS_AS(with("islands.counts=4"), ConfigError);
}

TEST_CASE("driver: a propagator that does not exist is refused", "[benchmarks]") {
  CHECK_THROWS_AS(run_search(tiny_problem(), {.propagator = "nobody"}, 1, 0, 5), ConfigError);
}

TEST_CASE("driver: a space with fewer configurations than the budget ends early", "[benchmarks]") {
  Problem problem = tiny_problem();
  problem.space = SearchSpace({{"x", FloatDomain{.low = 0, .high = 1, .step = 0.25}, {}}});
  const Results results = run_search(problem, {}, 4, 0, 20);
  CHECK(results.size() == 5);
  CHECK(regrets(problem, results) ==
        std::vector<double>{regrets(problem, results)[0], regrets(problem, results)[0]});
}

TEST_CASE("driver: uniform sampling repeats by seed and covers the space", "[benchmarks]") {
  const Results sample = run_uniform(tiny_problem(), 1, 2000);
  REQUIRE(sample.size() == 2000);
  CHECK(run_uniform(tiny_problem(), 1, 2000) == sample);
  CHECK(run_uniform(tiny_problem(), 2, 2000) != sample);
  double mean = 0;
  for (const double value : sample) {
    mean += value / 2000;
  }
  CHECK(mean == Approx(0.29).margin(0.02));  // (0.3^2 + 0.7^2) / 2
}

TEST_CASE("driver: regrets are of the best so far, less the best known", "[benchmarks]") {
  Problem problem = tiny_problem();
  problem.checkpoints = checkpoints_at({1, 2, 3, 4});
  problem.best_known = 0.5;
  CHECK(regrets(problem, {3, 2, 5, 1}) == std::vector<double>{2.5, 1.5, 1.5, 0.5});
}

TEST_CASE("driver: with two objectives regrets are the missing hypervolume", "[benchmarks]") {
  Problem problem = tiny_front();
  problem.checkpoints = checkpoints_at({1, 2});
  CHECK(regrets(problem, {0.5, 0.5, 0, 0.75}) == std::vector<double>{0.25, 0.125});
}
