#include "benchmarks/search_quality/report.hpp"

#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

namespace {

/// Two methods with one slot, one of them also with 16.
std::string report_on_two(const ReportOptions& options) {
  const std::vector<Problem> problems = {tiny_problem("a")};
  const Yardsticks random = {{&problems[0], {1, 1}}};
  std::vector<Cell> cells;
  add_runs(cells,
           {{&problems[0], "m", 1, 0, {0.25, 0.125}},
            {&problems[0], "o", 1, 0, {0.5, 0.5}},
            {&problems[0], "m", 16, 0, {0.75, 0.375}}},
           random);
  return text_report(cells, options);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

ReportOptions everything() {
  ReportOptions options;
  options.methods = {"m"};
  options.others = {"o"};
  options.rivals = {"o"};
  options.comparisons = {{"o", "m"}};
  options.peer_scores[{"T", "", 16, "20"}]["peer"] = 0.0625;
  return options;
}

}  // namespace

TEST_CASE("report: one table for each number of slots, with all that was asked for",
          "[benchmarks]") {
  const std::string text = report_on_two(everything());
  const std::size_t second = text.find("suite T, 16 slots");
  REQUIRE(second != std::string::npos);
  const std::string alone = text.substr(0, second);
  for (const char* const part :
       {"suite T, 1 slot\n", "0.2500 ( 1.0)", "0.5000 ( 2.0)", "m / o", "o / m", "0.2500-0.2500"}) {
    CAPTURE(part);
    CHECK(contains(alone, part));
  }
  CHECK_FALSE(contains(alone, "peer"));
  const std::string many = text.substr(second, text.find("m / o, all") - second);
  CHECK(contains(many, "0.0625"));
  CHECK(contains(many, "0.7500 ( 1.0)"));
  CHECK_FALSE(contains(many, "m / o"));
}

TEST_CASE("report: at the end each comparison over all tables that have it", "[benchmarks]") {
  const std::string text = report_on_two(everything());
  const std::string end = text.substr(text.find("m / o, all checkpoints"));
  CHECK(contains(end, "suite T, 1 slot "));
  CHECK_FALSE(contains(end, "16 slots"));
  CHECK(contains(end, "o / m, all checkpoints"));
}

TEST_CASE("report: in brief, scores and single lines remain", "[benchmarks]") {
  ReportOptions options = everything();
  options.brief = true;
  const std::string text = report_on_two(options);
  CHECK(contains(text, "0.2500 ( 1.0)"));
  CHECK(contains(text, "o / m"));
  CHECK_FALSE(contains(text, "95 %"));
  CHECK_FALSE(contains(text, "    a "));
  CHECK_FALSE(contains(text, "at 10"));
}
