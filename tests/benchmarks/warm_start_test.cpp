#include "benchmarks/search_quality/warm_start.hpp"

#include "tests/benchmarks/temporary_pool.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace evolt;

namespace {

double bowl(double x) {
  return std::abs(x - 0.25);
}

double other_bowl(double x) {
  return 5 + 3 * std::abs(x - 0.26);
}

}  // namespace

TEST_CASE("warm start: every target with every other table, and misled", "[benchmarks]") {
  const TemporaryDirectory directory;
  write_line_pool(directory, "lines/a", 400, bowl);
  write_line_pool(directory, "lines/b", 400, other_bowl);
  write_line_pool(directory, "lines/small", 399, bowl);
  write_line_pool(directory, "alone", 400, bowl);
  const std::vector<WarmStart> pairs = run_warm_starts(
      read_pools(directory.path()), {.searcher = {}, .workers = {1, 4}, .seeds = 2});
  std::vector<std::string> names;
  for (const WarmStart& pair : pairs) {
    names.push_back(pair.target + ' ' + pair.source + ' ' + std::to_string(pair.workers));
  }
  CHECK(names == std::vector<std::string>{
                     "lines/a lines/b 1", "lines/a lines/small 1", "lines/a reversed 1",
                     "lines/a lines/b 4", "lines/a lines/small 4", "lines/a reversed 4",
                     "lines/b lines/a 1", "lines/b lines/small 1", "lines/b reversed 1",
                     "lines/b lines/a 4", "lines/b lines/small 4", "lines/b reversed 4"});
  CHECK(pairs[0].correlation > 0.95);
  CHECK(pairs[2].correlation == -1);
}

TEST_CASE("warm start: trials stay within the budget, and each kind of source has its line",
          "[benchmarks]") {
  const TemporaryDirectory directory;
  write_line_pool(directory, "lines/a", 400, bowl);
  write_line_pool(directory, "lines/b", 400, bowl);
  const auto pairs = run_warm_starts(read_pools(directory.path()), {.searcher = {}, .seeds = 3});
  REQUIRE(pairs.size() == 4);
  for (const WarmStart& pair : pairs) {
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(pair.cold_trials[i] >= 1);
      CHECK(pair.cold_trials[i] <= (i == 0 ? 50 : 100));
      CHECK(pair.warm_trials[i] <= 201);
    }
  }
  const std::string text = warm_start_text(pairs);
  CHECK(text.find("lines/a, 1 slot\n") != std::string::npos);
  CHECK(text.find("sources that rank alike") != std::string::npos);
  CHECK(text.find("misleading sources") != std::string::npos);
  CHECK(text.find("other sources") == std::string::npos);
}
