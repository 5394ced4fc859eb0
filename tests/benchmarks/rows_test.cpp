#include "benchmarks/search_quality/rows.hpp"

#include "tests/benchmarks/temporary_directory.hpp"
#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace evolt;

namespace {

/// The runs in a file with this text.
std::vector<Run> read_text(const std::string& text, const std::vector<Problem>& problems,
                           const std::string& prefix) {
  const TemporaryDirectory directory;
  return read_rows(directory.write("rows.json", text), problems, prefix);
}

}  // namespace

TEST_CASE("rows: what is written reads back, under another name", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem("a"), tiny_problem("b")};
  const Yardsticks random = {{&problems[0], {1, 0.5}}, {&problems[1], {1, 0.5}}};
  const std::vector<Run> runs = {{&problems[0], "m", 1, 0, {0.25, 0.125}},
                                 {&problems[0], "m", 1, 1, {0.75, 0.0625}},
                                 {&problems[1], "m", 16, 0, {1.0 / 3, std::nullopt}}};
  std::vector<Cell> cells;
  add_runs(cells, runs, random);
  const nlohmann::ordered_json json = rows_to_json(runs, random, cells);
  CHECK(json.at("scores").size() == 3);
  CHECK(json.at("scores")[0].at("score") == 0.5);
  CHECK(json.at("random").size() == 4);
  const std::vector<Run> read = read_text(json.dump(), problems, "old ");
  REQUIRE(read.size() == runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    CHECK(read[i].problem == runs[i].problem);
    CHECK(read[i].method == "old m");
    CHECK(read[i].workers == runs[i].workers);
    CHECK(read[i].seed == runs[i].seed);
    CHECK(read[i].regrets == runs[i].regrets);
  }
}

TEST_CASE("rows: other problems and checkpoints are left out", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem("a")};
  const std::string text = R"({"rows": [
    {"suite": "T", "problem": "z", "method": "m", "workers": 1, "seed": 0, "evaluations": 10, "regret": 1},
    {"suite": "T", "problem": "a", "method": "m", "workers": 1, "seed": 0, "evaluations": 11, "regret": 1},
    {"suite": "T", "problem": "a", "method": "m", "workers": 1, "seed": 0, "evaluations": 20, "regret": 2}]})";
  const std::vector<Run> runs = read_text(text, problems, "");
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].regrets == std::vector<std::optional<double>>{std::nullopt, 2});
}

TEST_CASE("rows: a file that holds none is refused by name", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem("a")};
  const std::string text = GENERATE("", "{", "{}", R"({"rows": [{"suite": 1}]})");
  CHECK_THROWS_WITH(read_text(text, problems, ""), Catch::Contains("rows.json"));
}
