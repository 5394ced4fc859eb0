#include "benchmarks/search_quality/report.hpp"

#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

TEST_CASE("report: one table for each number of slots, with all that was asked for",
          "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem("a")};
  const Yardsticks random = {{&problems[0], {1, 1}}};
  std::vector<Cell> cells;
  add_runs(cells,
           {{&problems[0], "m", 1, 0, {0.25, 0.125}},
            {&problems[0], "o", 1, 0, {0.5, 0.5}},
            {&problems[0], "m", 16, 0, {0.75, 0.375}}},
           random);
  ReportOptions options;
  options.methods = {"m"};
  options.others = {"o"};
  options.rivals = {"o"};
  options.comparisons = {{"o", "m"}};
  options.peer_scores[{"T", "", 16, "20"}]["peer"] = 0.0625;
  const std::string text = text_report(cells, options);
  const std::size_t second = text.find("suite T, 16 slots");
  REQUIRE(second != std::string::npos);
  const std::string alone = text.substr(0, second);
  const std::string many = text.substr(second);
  for (const char* const part :
       {"suite T, 1 slot\n", "0.2500 ( 1.0)", "0.5000 ( 2.0)", "m / o", "o / m", "0.2500-0.2500"}) {
    CAPTURE(part);
    CHECK(alone.find(part) != std::string::npos);
  }
  CHECK(alone.find("peer") == std::string::npos);
  CHECK(many.find("0.0625") != std::string::npos);
  CHECK(many.find("0.7500 ( 1.0)") != std::string::npos);
  CHECK(many.find("m / o") == std::string::npos);
}
