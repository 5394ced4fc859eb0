#include "benchmarks/search_quality/pool_prior.hpp"

#include "tests/benchmarks/temporary_pool.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <set>
#include <string>

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

TEST_CASE("pool prior: rank correlation", "[benchmarks]") {
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

TEST_CASE("pool prior: a prior is the best fifth of a sample, best first", "[benchmarks]") {
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

TEST_CASE("pool prior: a misleading prior is the worst fifth, worst first", "[benchmarks]") {
  const std::vector<Params> prior = prior_of(line(bowl), 1, true);
  REQUIRE(prior.size() == 40);
  CHECK(bowl(x_of(prior.front())) > bowl(x_of(prior.back())));
  CHECK(bowl(x_of(prior.back())) > 0.4);
  for (const Params& params : prior_of(line(diverging), 1, true)) {
    CHECK(x_of(params) > 0.5);  // those that diverged are the worst
  }
}
