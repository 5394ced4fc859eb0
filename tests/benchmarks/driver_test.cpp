#include "benchmarks/search_quality/driver.hpp"

#include "core/config_error.hpp"
#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

using namespace evolt;

namespace {

std::vector<double> search(const Problem& problem, const Searcher& searcher, int workers,
                           std::uint64_t seed, std::int64_t evaluations) {
  return run_search(problem, searcher,
                    {.workers = workers, .seed = seed, .evaluations = evaluations})
      .values;
}

std::vector<double> uniform(std::uint64_t seed) {
  return run_uniform(tiny_problem(), {.seed = seed, .evaluations = 2000}).values;
}

}  // namespace

TEST_CASE("driver: every evaluation of the budget finishes, with one slot and with many",
          "[benchmarks]") {
  for (const int workers : {1, 4, 16, 64}) {
    CHECK(search(tiny_problem(), {}, workers, 0, 20).size() == 20);
    CHECK(search(tiny_front(), {}, workers, 0, 20).size() == 40);
  }
}

TEST_CASE("driver: the same seed gives the same results, another one others", "[benchmarks]") {
  for (const int workers : {1, 4}) {
    const std::vector<double> first = search(tiny_problem(), {}, workers, 5, 20);
    CHECK(search(tiny_problem(), {}, workers, 5, 20) == first);
    CHECK(search(tiny_problem(), {}, workers, 6, 20) != first);
  }
}

TEST_CASE("driver: with several slots results return out of order", "[benchmarks]") {
  // Random search proposes the same points whatever returns, so that only the order differs.
  const Searcher random{.propagator = "random", .settings = {"islands.count=1"}};
  std::vector<double> alone = search(tiny_problem(), random, 1, 3, 20);
  std::vector<double> together = search(tiny_problem(), random, 4, 3, 20);
  CHECK(alone != together);
  std::sort(alone.begin(), alone.end());
  std::sort(together.begin(), together.end());
  CHECK(alone == together);
}

TEST_CASE("driver: settings of the study are taken over, the others stay", "[benchmarks]") {
  const auto with = [](const std::string& setting) {
    return search(tiny_problem(), {.settings = {setting}}, 1, 3, 20);
  };
  const std::vector<double> plain = search(tiny_problem(), {}, 1, 3, 20);
  CHECK(with("islands.count=4") != plain);
  CHECK(with("islands.count=1") == plain);  // the default of a study file
  CHECK_THROWS_AS(with("islands.counts=4"), ConfigError);
}

TEST_CASE("driver: a propagator that does not exist is refused", "[benchmarks]") {
  CHECK_THROWS_AS(search(tiny_problem(), {.propagator = "nobody"}, 1, 0, 5), ConfigError);
}

TEST_CASE("driver: a space with fewer configurations than the budget ends early", "[benchmarks]") {
  Problem problem = tiny_problem();
  problem.space = SearchSpace({{"x", FloatDomain{.low = 0, .high = 1, .step = 0.25}, {}}});
  const std::vector<double> results = search(problem, {}, 4, 0, 20);
  CHECK(results.size() == 5);
  CHECK(regrets(problem, {results, {}}) == std::vector<double>{regrets(problem, {results, {}})[0],
                                                               regrets(problem, {results, {}})[0]});
}

TEST_CASE("driver: uniform sampling repeats by seed and covers the space", "[benchmarks]") {
  const std::vector<double> sample = uniform(1);
  REQUIRE(sample.size() == 2000);
  CHECK(uniform(1) == sample);
  CHECK(uniform(2) != sample);
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
  CHECK(regrets(problem, {{3, 2, 5, 1}, {}}) == std::vector<double>{2.5, 1.5, 1.5, 0.5});
}

TEST_CASE("driver: with two objectives regrets are the missing hypervolume", "[benchmarks]") {
  Problem problem = tiny_front();
  problem.checkpoints = checkpoints_at({1, 2});
  CHECK(regrets(problem, {{0.5, 0.5, 0, 0.75}, {}}) == std::vector<double>{0.25, 0.125});
}

TEST_CASE("driver: what looked best counts by its true value", "[benchmarks]") {
  Problem problem = tiny_problem();
  problem.checkpoints = checkpoints_at({1, 2, 3});
  CHECK(regrets(problem, {{3, 2, 1}, {3, 1, 2}}) == std::vector<double>{3, 2, 2});
}

TEST_CASE("driver: noise is told, and has the deviation that was asked for", "[benchmarks]") {
  const Conditions quiet{.seed = 1, .evaluations = 2000};
  Conditions loud = quiet;
  loud.noise = 0.5;
  const Results results = run_uniform(tiny_problem(), loud);
  CHECK(results.values == run_uniform(tiny_problem(), quiet).values);
  REQUIRE(results.told.size() == 2000);
  double squares = 0;
  for (std::size_t i = 0; i < results.told.size(); ++i) {
    const double error = results.told[i] - results.values[i];
    squares += error * error / 2000;
  }
  CHECK(std::sqrt(squares) == Approx(0.5).margin(0.03));
  CHECK(run_uniform(tiny_problem(), quiet).told.empty());
  const Results searched = run_search(tiny_problem(), {}, {.evaluations = 20, .noise = 0.5});
  CHECK(searched.told.size() == 20);
  CHECK(searched.told != searched.values);
}

TEST_CASE("driver: the CPU time of ask and tell is measured", "[benchmarks]") {
  CHECK(run_search(tiny_problem(), {}, {.evaluations = 20}).search_seconds > 0);
}

TEST_CASE("driver: a value that is not finite fails the trial, which counts as the worst",
          "[benchmarks]") {
  Problem problem = tiny_problem();
  problem.worst = 7;
  problem.instance = [](std::uint64_t /*seed*/) -> Evaluate {
    return [](const Params& params, std::span<double> values) {
      const double x = std::get<double>(params.front().second);
      values[0] = x < 0.5 ? NAN : x;
    };
  };
  for (const int workers : {1, 4}) {
    const std::vector<double> results = search(problem, {}, workers, 0, 20);
    REQUIRE(results.size() == 20);
    CHECK(std::count(results.begin(), results.end(), 7) > 0);
    CHECK(std::all_of(results.begin(), results.end(),
                      [](double value) { return value == 7 || (value >= 0.5 && value <= 1); }));
  }
  const std::vector<double> sample = run_uniform(problem, {.seed = 1, .evaluations = 2000}).values;
  CHECK(std::count(sample.begin(), sample.end(), 7) == Approx(1000).margin(100));
}

TEST_CASE("driver: good configurations of other studies reach the search", "[benchmarks]") {
  const Conditions cold{.seed = 1, .evaluations = 20};
  Conditions warm = cold;
  warm.prior = {{{"x", 0.3}}};
  const auto best = [](const Conditions& conditions) {
    const std::vector<double> values = run_search(tiny_problem(), {}, conditions).values;
    return *std::min_element(values.begin(), values.end());
  };
  CHECK(best(warm) == 0);
  CHECK(best(cold) > 0);
}
