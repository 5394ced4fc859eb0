#include "benchmarks/search_quality/suites.hpp"

#include "propagator/encoding.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

using namespace evolt;

namespace {

const SuiteSources kSources{.data = EVOLT_BENCHMARK_DATA, .pools = "", .rows = Rows::again};
const SuiteSources kNoDirectory{.data = "/no/such/directory", .pools = "", .rows = Rows::again};

}  // namespace

TEST_CASE("suites: every problem has a name of its own and can be evaluated", "[benchmarks]") {
  std::set<std::string> names;
  for (const SuiteName& label : suite_names()) {
    const std::vector<Problem> problems = suite(label.name, kSources).problems;
    REQUIRE_FALSE(problems.empty());
    for (const Problem& problem : problems) {
      CAPTURE(problem.name);
      CHECK(problem.suite == label.name);
      CHECK(names.insert(problem.name).second);
      CHECK_FALSE(problem.workers.empty());
      REQUIRE_FALSE(problem.checkpoints.empty());
      CHECK(std::is_sorted(
          problem.checkpoints.begin(), problem.checkpoints.end(),
          [](const Checkpoint& a, const Checkpoint& b) { return a.evaluations < b.evaluations; }));
      const Encoding encoding(problem.space);
      Rng rng({1});
      for (const std::uint64_t seed : {0U, 1U, 2U}) {
        const Evaluate evaluate = problem.instance(seed);
        std::vector<double> values(problem.objectives(), NAN);
        evaluate(encoding.decode(encoding.random(rng)), values);
        for (const double value : values) {
          CHECK(std::isfinite(value));
        }
        CHECK((problem.front || values[0] > problem.best_known));
      }
    }
  }
}

TEST_CASE("suites: as many problems as the protocol says", "[benchmarks]") {
  const std::map<std::string, std::size_t> expected = {{"A", 24}, {"B", 14}, {"C", 5},  {"D", 6},
                                                       {"DH", 5}, {"E", 34}, {"F", 18}, {"P", 1}};
  for (const auto& [name, count] : expected) {
    CHECK(suite(name, kSources).problems.size() == count);
  }
  CHECK(suite_names().size() == expected.size());
}

TEST_CASE("suites: three instances take turns on A", "[benchmarks]") {
  const std::vector<Problem> problems = suite("A", kSources).problems;
  const auto value_at = [&](std::uint64_t seed) {
    const Encoding encoding(problems[0].space);
    Rng rng({1});
    std::vector<double> values(1);
    problems[0].instance(seed)(encoding.decode(encoding.random(rng)), values);
    return values[0];
  };
  CHECK(value_at(0) == value_at(3));
  CHECK(value_at(0) != value_at(1));
  CHECK(value_at(1) != value_at(2));
}

TEST_CASE("suites: an unknown suite and missing data are refused", "[benchmarks]") {
  CHECK_THROWS_AS(suite("Z", kSources), std::invalid_argument);
  CHECK_THROWS_AS(suite("C", kNoDirectory), std::runtime_error);
  CHECK_THROWS_AS(suite("D", kNoDirectory), std::runtime_error);
  CHECK_THROWS_AS(suite("E", kNoDirectory), std::runtime_error);
  CHECK_THROWS_AS(suite("P", kNoDirectory), std::runtime_error);
}

TEST_CASE("suites: P says that more tables can be had", "[benchmarks]") {
  const Suite shipped = suite("P", kSources);
  REQUIRE(shipped.left_out.size() == 1);
  CHECK(shipped.left_out[0].find("--pools") != std::string::npos);
  CHECK(suite("P", {.data = "", .pools = kSources.data + "/pools", .rows = Rows::again})
            .left_out.empty());
  CHECK(suite("A", kSources).left_out.empty());
}
