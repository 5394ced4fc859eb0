#include "benchmarks/search_quality/pools.hpp"

#include "benchmarks/search_quality/driver.hpp"
#include "tests/benchmarks/temporary_pool.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace evolt;

namespace {

std::vector<std::string> labels(const Problem& problem) {
  std::vector<std::string> all;
  for (const Checkpoint& checkpoint : problem.checkpoints) {
    all.push_back(checkpoint.label);
  }
  return all;
}

double bowl(double x) {
  return std::abs(x - 0.25);
}

}  // namespace

TEST_CASE("pools: tables by name, what is unsuitable with its reason", "[benchmarks]") {
  const TemporaryDirectory directory;
  write_line_pool(directory, "many/two", 60, bowl);
  write_line_pool(directory, "many/one", 60, bowl);
  write_line_pool(directory, "single", 60, bowl);
  write_pool(directory, "odd", R"({"score": null})", "", "");
  const Pools pools = read_pools(directory.path());
  REQUIRE(pools.tables.size() == 3);
  CHECK(pools.tables[0].name == "many/one");
  CHECK(pools.tables[0].collection == "many");
  CHECK(pools.tables[2].name == "single");
  CHECK(pools.tables[2].collection == "single");
  CHECK(pools.left_out == std::vector<std::string>{"odd: no score is named"});
}

TEST_CASE("pools: checkpoints up to half the rows, alike within a collection", "[benchmarks]") {
  const TemporaryDirectory directory;
  write_line_pool(directory, "alone", 400, bowl);
  write_line_pool(directory, "both/large", 400, bowl);
  write_line_pool(directory, "both/small", 199, bowl);
  write_line_pool(directory, "tiny", 49, bowl);
  Pools pools = read_pools(directory.path());
  const std::vector<Problem> problems = pool_problems(pools, Rows::again);
  REQUIRE(problems.size() == 3);
  CHECK(labels(problems[0]) == std::vector<std::string>{"25", "50", "100", "200"});
  CHECK(labels(problems[1]) == std::vector<std::string>{"25", "50"});
  CHECK(labels(problems[2]) == labels(problems[1]));
  CHECK(problems[1].group == "both");
  CHECK(pools.left_out == std::vector<std::string>{"tiny: 49 different rows are too few"});
}

TEST_CASE("pools: a search finds the best row, and its regret is 0", "[benchmarks]") {
  const TemporaryDirectory directory;
  write_line_pool(directory, "line", 101, bowl);
  Pools pools = read_pools(directory.path());
  const std::vector<Problem> problems = pool_problems(pools, Rows::again);
  const Results results = run_search(problems[0], {}, {.evaluations = 200});
  CHECK(problems[0].best_known == Approx(0).margin(1e-9));
  CHECK(*std::min_element(results.values.begin(), results.values.end()) == problems[0].best_known);
}

TEST_CASE("pools: rows that diverged fail and count as the worst", "[benchmarks]") {
  const TemporaryDirectory directory;
  write_line_pool(directory, "line", 101, [](double x) { return x < 0.5 ? NAN : x; });
  Pools pools = read_pools(directory.path());
  const std::vector<Problem> problems = pool_problems(pools, Rows::again);
  CHECK(problems[0].worst == 1);
  const Results results = run_search(problems[0], {}, {.evaluations = 50});
  CHECK(std::count(results.values.begin(), results.values.end(), 1) > 5);
  CHECK(regrets(problems[0], results).back() < 0.1);
}

TEST_CASE("pools: a row answers again and again, or once in each search", "[benchmarks]") {
  const TemporaryDirectory directory;
  write_line_pool(directory, "line", 101, bowl);
  const Pools pools = read_pools(directory.path());
  const auto asked_thrice = [&](Rows rows) {
    const Evaluate evaluate = pool_problem(pools.tables[0], rows).instance(0);
    std::vector<double> seen(3);
    for (double& value : seen) {
      evaluate({{"x", 0.901}}, {&value, 1});
    }
    return seen;
  };
  for (int search = 0; search < 2; ++search) {
    const std::vector<double> again = asked_thrice(Rows::again);
    CHECK(again == std::vector<double>(3, again[0]));
    CHECK(again[0] == Approx(bowl(0.90)));
    const std::vector<double> once = asked_thrice(Rows::once);
    CHECK(once[0] == again[0]);
    CHECK(once[1] == Approx(bowl(0.91)));
    CHECK(once[2] == Approx(bowl(0.89)));
  }
}

TEST_CASE("pools: a directory without tables is refused", "[benchmarks]") {
  const TemporaryDirectory directory;
  CHECK_THROWS_AS(read_pools(directory.path()), std::runtime_error);
  CHECK_THROWS_AS(read_pools("/no/such/directory"), std::runtime_error);
}
