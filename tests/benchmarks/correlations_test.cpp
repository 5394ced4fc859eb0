#include "benchmarks/stopping/correlations.hpp"

#include "benchmarks/stopping/reference.hpp"
#include "tests/benchmarks/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

using namespace evolt;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

NamedScore named(const std::string& name) {
  for (const NamedScore& score : compared_scores()) {
    if (score.name == name) {
      return score;
    }
  }
  FAIL("no score " << name);
  return {};
}

/// Ten epochs; the value of trial k at epoch e.
CurveTable table(const std::vector<std::vector<double>>& values,
                 const std::vector<std::vector<double>>& losses) {
  CurveTable made{.name = "made", .epochs = 10, .curves = {}};
  for (std::size_t k = 0; k < values.size(); ++k) {
    Curve curve{.trial = {1, 0, k}, .points = {}};
    for (std::size_t e = 0; e < values[k].size(); ++e) {
      curve.points.push_back({static_cast<std::int64_t>(e) + 1, values[k][e], losses[k][e], {}});
    }
    made.curves.push_back(curve);
  }
  return made;
}

}  // namespace

TEST_CASE("spearman: by hand, with ties", "[benchmarks]") {
  CHECK(spearman(std::vector<double>{1, 2, 3}, std::vector<double>{10, 20, 30}) == Approx(1));
  CHECK(spearman(std::vector<double>{1, 2, 3}, std::vector<double>{30, 20, 10}) == Approx(-1));
  CHECK(spearman(std::vector<double>{1, 2, 3}, std::vector<double>{1, 3, 2}) == Approx(0.5));
  // Ranks 0.5, 0.5, 2 and 0, 1, 2: 1.5 / sqrt(1.5 * 2).
  CHECK(spearman(std::vector<double>{1, 1, 2}, std::vector<double>{1, 2, 3}) ==
        Approx(1.5 / std::sqrt(3.0)));
  const double last = std::numeric_limits<double>::infinity();
  CHECK(spearman(std::vector<double>{1, last, last}, std::vector<double>{1, 3, 2}) ==
        Approx(1.5 / std::sqrt(3.0)));
}

TEST_CASE("correlations: what diverged ranks last", "[benchmarks]") {
  const std::vector<double> good(10, 1);
  const std::vector<double> fair(10, 2);
  std::vector<double> broken(10, 0.5);
  broken.back() = kNan;
  // By its early values the best, but it has no last one.
  CHECK(correlations(table({good, fair, broken}, {good, fair, broken}), named("best value"))[0] ==
        Approx(-0.5));
  const std::vector<double> no_loss(10, kNan);
  CHECK(correlations(table({good, fair, broken}, {good, fair, no_loss}), named("TSE"))[0] ==
        Approx(1));
}

TEST_CASE("correlations: a share of the epochs is its floor, at least one", "[benchmarks]") {
  // The order is right up to epoch 3 and wrong from epoch 4 on, but for the last.
  std::vector<std::vector<double>> values;
  for (int k = 0; k < 3; ++k) {
    std::vector<double> curve(10, -k);
    std::fill_n(curve.begin(), 3, k);
    curve.back() = k;
    values.push_back(curve);
  }
  const auto all = correlations(table(values, values), named("newest value"));
  const std::array<double, kShares.size()> expected = {1, 1, 1, 1, -1};
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i] == Approx(expected[i]));
  }
}

TEST_CASE("correlations: digits-mlp gives the figures that others computed", "[benchmarks]") {
  const CurveTable digits =
      read_curve_table(std::string(EVOLT_BENCHMARK_DATA) + "/pools/digits-mlp");
  REQUIRE(digits.curves.size() == 1111);
  int compared = 0;
  for (const NamedScore& score : compared_scores()) {
    const auto known = reference("digits-mlp", score.name);
    if (!known) {
      continue;
    }
    const auto figures = correlations(digits, score);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      INFO(score.name << " at " << kShares[i]);
      CHECK(figures[i] == Approx((*known)[i]).margin(0.01));
      ++compared;
    }
  }
  CHECK(compared == 35);
}

TEST_CASE("curve table: a directory without tables is refused", "[benchmarks]") {
  const TemporaryDirectory empty;
  CHECK_THROWS_AS(tables_of(empty.path()), std::runtime_error);
  CHECK_THROWS_AS(read_curve_table(empty.path()), std::runtime_error);
}
