#include "benchmarks/search_quality/warm_start.hpp"

#include "tests/benchmarks/temporary_pool.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <set>

using namespace evolt;

namespace {

double bowl(double x) {
  return std::abs(x - 0.25);
}

double other_bowl(double x) {
  return 5 + 3 * std::abs(x - 0.26);
}

double hill(double x) {
  return -bowl(x);
}

double diverging(double x) {
  return x > 0.5 ? NAN : bowl(x);
}

PoolTable line(const std::function<double(double)>& score, int rows = 400) {
  const TemporaryDirectory directory;
  write_line_pool(directory, "line", rows, score);
  return PoolTable(directory.path() + "/line");
}

double x_of(const Params& params) {
  return std::get<double>(params.front().second);
}

}  // namespace

TEST_CASE("warm start: rank correlation", "[benchmarks]") {
  CHECK(rank_correlation(line(bowl), line(bowl)) == Approx(1));
  CHECK(rank_correlation(line(bowl), line(hill)) == Approx(-1));
  CHECK(rank_correlation(line(bowl), line(other_bowl)) > 0.95);
  CHECK(rank_correlation(line(bowl), line(diverging)) > 0.5);  // there the far end is worst
  CHECK(rank_correlation(line(diverging), line(diverging)) == Approx(1));
  // 0, 1/2 and 1 are in both: 0.25, 0.25, 0.75 against -0.25, -0.25, -0.75.
  CHECK(rank_correlation(line(bowl, 3), line(hill, 5)) == Approx(-1));
  // Two rows that both have, alike in one.
  CHECK(rank_correlation(line([](double x) { return x * (1 - x); }, 3), line(bowl, 2)) == 0);
}

TEST_CASE("warm start: a prior is the best fifth of a sample, best first", "[benchmarks]") {
  const PoolTable table = line(bowl);
  const std::vector<Params> prior = prior_of(table, 1, false);
  REQUIRE(prior.size() == 40);
  std::set<double> different;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    different.insert(x_of(prior[i]));
    CHECK(bowl(x_of(prior[i])) < 0.2);  // the fifth of all rows reaches 0.1
    CHECK((i == 0 || bowl(x_of(prior[i - 1])) <= bowl(x_of(prior[i]))));
  }
  CHECK(different.size() == 40);
  CHECK(prior_of(table, 1, false) == prior);
  CHECK(prior_of(table, 2, false) != prior);
  CHECK(prior_of(line(bowl, 100), 1, false).size() == 10);
}

TEST_CASE("warm start: a misleading prior is the worst fifth, worst first", "[benchmarks]") {
  const std::vector<Params> prior = prior_of(line(bowl), 1, true);
  REQUIRE(prior.size() == 40);
  CHECK(bowl(x_of(prior.front())) > bowl(x_of(prior.back())));
  CHECK(bowl(x_of(prior.back())) > 0.4);
  for (const Params& params : prior_of(line(diverging), 1, true)) {
    CHECK(x_of(params) > 0.5);  // those that diverged are the worst
  }
}

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

TEST_CASE("warm start: random search takes nothing from a prior", "[benchmarks]") {
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
