#include "benchmarks/search_quality/comparison.hpp"

#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

namespace {

struct Board {
  std::vector<Problem> problems = {tiny_problem("a"), tiny_problem("b")};
  Yardsticks random = {{&problems[0], {1, 1}}, {&problems[1], {1, 1}}};
  std::vector<Cell> cells;

  void add(std::size_t problem, const std::string& method, std::uint64_t seed, double regret,
           bool paired = true) {
    add_runs(cells, {{&problems[problem], method, 1, seed, {regret, regret}}}, random, paired);
  }
};

}  // namespace

TEST_CASE("comparison: wins, losses and ties of the pairs that both have", "[benchmarks]") {
  Board board;
  for (const std::uint64_t seed : {0U, 1U, 2U}) {
    board.add(0, "m", seed, 0.5);
  }
  board.add(0, "o", 0, 1);
  board.add(0, "o", 1, 0.25);
  board.add(0, "o", 5, 0.5);  // without a partner
  board.add(1, "m", 0, 0.5);
  board.add(1, "o", 0, 0.5);
  const Comparison comparison = compare(std::span(board.cells).first(1), "m", "o");
  CHECK(comparison.wins == 1);
  CHECK(comparison.losses == 1);
  CHECK(comparison.ties == 1);
  CHECK(comparison.ratio == Approx(1));
  CHECK(compare(board.cells, "m", "o").pairs() == 6);  // both checkpoints
  CHECK(compare(board.cells, "m", "o", "b").pairs() == 4);
  CHECK(compare(board.cells, "m", "nobody").pairs() == 0);
}

TEST_CASE("comparison: a consistent lead is sure, and has a direction", "[benchmarks]") {
  Board board;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    board.add(0, "m", seed, 0.1 + 0.01 * static_cast<double>(seed));
    board.add(0, "o", seed, 0.5);
  }
  const std::span<const Cell> first = std::span(board.cells).first(1);
  const Comparison better = compare(first, "m", "o");
  CHECK(better.ratio < 0.5);
  CHECK(better.test.p < 0.01);
  CHECK(better.test.falls());
  CHECK(comparison_line(first, "m", "o", "label").find("better") != std::string::npos);
  CHECK(comparison_line(first, "o", "m", "label").find("worse") != std::string::npos);
  CHECK(comparison_line(first, "m", "m", "label").find("undecided") != std::string::npos);
}

TEST_CASE("comparison: two regrets below the floor are a tie", "[benchmarks]") {
  Board board;
  board.add(0, "m", 0, 1e-9);
  board.add(0, "o", 0, 1e-5);
  CHECK(compare(board.cells, "m", "o").ties == 2);
}

TEST_CASE("comparison: runs on other instances are not paired", "[benchmarks]") {
  Board board;
  board.add(0, "m", 0, 0.5);
  board.add(0, "peer", 0, 1, false);
  CHECK(compare(board.cells, "m", "peer").pairs() == 0);
  CHECK(comparison_text(board.cells, "m", "peer").empty());
  CHECK(comparison_line(board.cells, "m", "peer", "label").empty());
}

TEST_CASE("comparison: the text shows every checkpoint, problem and what is left without it",
          "[benchmarks]") {
  Board board;
  for (const std::size_t problem : {0U, 1U}) {
    board.add(problem, "m", 0, 0.5);
    board.add(problem, "o", 0, 1);
  }
  const std::string text = comparison_text(board.cells, "m", "o");
  for (const char* const part :
       {"m / o", "at 10", "at 20", "on a", "on b", "without a", "without b"}) {
    CHECK(text.find(part) != std::string::npos);
  }
}
