#include "benchmarks/search_quality/score.hpp"

#include "benchmarks/search_quality/statistics.hpp"
#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace evolt;

namespace {

/// Two problems on which random search reaches 2, so that regrets of 1 score 0.5.
struct Board {
  std::vector<Problem> problems = {tiny_problem("a"), tiny_problem("b")};
  Yardsticks random = {{&problems[0], {2, 2}}, {&problems[1], {2, 2}}};
  std::vector<Cell> cells;

  /// Regrets at the first checkpoint, seed by seed.
  void add(std::size_t problem, const std::string& method, const std::vector<double>& regrets) {
    std::vector<Run> runs;
    for (std::size_t seed = 0; seed < regrets.size(); ++seed) {
      runs.push_back({&problems[problem], method, 1, seed, {regrets[seed], std::nullopt}});
    }
    add_runs(cells, runs, random);
  }
};

}  // namespace

TEST_CASE("score: medians and geometric means", "[benchmarks]") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 3, 2}) == 2.5);
  CHECK(geometric_mean(std::vector<double>{1, 4, 16}) == Approx(4));
}

TEST_CASE("score: the geometric mean of normalised medians", "[benchmarks]") {
  Board board;
  board.add(0, "m", {1, 0.5, 100});
  board.add(1, "m", {4, 4, 4});
  REQUIRE(board.cells.size() == 1);
  CHECK(board.cells[0].contests.size() == 2);
  CHECK(*score(board.cells[0], "m") == Approx(std::sqrt(0.5 * 2)));
}

TEST_CASE("score: a method that missed a problem has none", "[benchmarks]") {
  Board board;
  board.add(0, "m", {1});
  board.add(0, "whole", {1});
  board.add(1, "whole", {1});
  CHECK_FALSE(score(board.cells[0], "m"));
  CHECK_FALSE(mean_rank(board.cells[0], "m"));
  CHECK_FALSE(bootstrap_interval(board.cells[0], "m"));
  CHECK(score(board.cells[0], "whole"));
  CHECK(*mean_rank(board.cells[0], "whole") == 1);
}

TEST_CASE("score: a solved problem counts as its floor", "[benchmarks]") {
  const Problem problem = tiny_problem();
  CHECK(normalised_regret(problem, 0, 2) == 0.01);
  CHECK(normalised_regret(problem, -1, 2) == 0.01);  // better than the best known
  CHECK(normalised_regret(problem, 5, 0) == 1);      // random search solves it
}

TEST_CASE("score: checkpoints, slots and groups make cells of their own", "[benchmarks]") {
  Board board;
  std::vector<Run> runs = {{&board.problems[0], "m", 1, 0, {1, 0.5}},
                           {&board.problems[0], "m", 4, 0, {1, 0.5}}};
  board.problems[1].group = "other";
  runs.push_back({&board.problems[1], "m", 1, 0, {1, 0.5}});
  add_runs(board.cells, runs, board.random);
  CHECK(board.cells.size() == 6);
}

TEST_CASE("score: nobody knows what random search reaches: not scored", "[benchmarks]") {
  Board board;
  board.random[&board.problems[0]] = {std::nullopt, 2};
  board.add(0, "m", {1});
  CHECK(board.cells.empty());
}

TEST_CASE("score: equal methods share their mean rank", "[benchmarks]") {
  Board board;
  for (const std::size_t problem : {0U, 1U}) {
    board.add(problem, "best", {0.1});
    board.add(problem, "equal", {1});
    board.add(problem, "same", {1});
  }
  CHECK(*mean_rank(board.cells[0], "best") == 1);
  CHECK(*mean_rank(board.cells[0], "equal") == 2.5);
  CHECK(*mean_rank(board.cells[0], "same") == 2.5);
}

TEST_CASE("score: the cost of a proposal is a mean over all evaluations", "[benchmarks]") {
  Board board;
  board.add(0, "peer", {1});
  add_runs(board.cells,
           {{&board.problems[0], "m", 1, 0, {1, 1}, 1e-3},
            {&board.problems[0], "m", 1, 1, {1, 1}, 3e-3}},
           board.random);
  CHECK(*search_cost(board.cells[0], "m") == Approx(100));  // 4 ms over 2 x 20 evaluations
  CHECK_FALSE(search_cost(board.cells[0], "peer"));
}

TEST_CASE("score: the interval holds the score, and has no width without spread", "[benchmarks]") {
  Board board;
  for (const std::size_t problem : {0U, 1U}) {
    board.add(problem, "steady", {1, 1, 1, 1, 1, 1, 1, 1, 1});
    board.add(problem, "wild", {0.1, 0.2, 0.3, 0.5, 1, 2, 3, 4, 5});
  }
  const Interval steady = *bootstrap_interval(board.cells[0], "steady");
  CHECK(steady.low == Approx(0.5));
  CHECK(steady.high == Approx(0.5));
  const Interval wild = *bootstrap_interval(board.cells[0], "wild");
  CHECK(wild.low < 0.2);
  CHECK(wild.high > 0.9);
}
