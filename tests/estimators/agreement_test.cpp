#include "estimators/agreement.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <utility>
#include <vector>

using namespace evolt;

namespace {

using Pair = std::pair<double, double>;

/// The share of a trial's pairs with those before it that stand in the same order twice; negative
/// where no pair says anything.
double concordant(const std::vector<Pair>& all, std::size_t which) {
  double same = 0;
  double pairs = 0;
  for (std::size_t i = which > Agreement::kPartners ? which - Agreement::kPartners : 0; i < which;
       ++i) {
    const double early = (all[which].first - all[i].first);
    const double late = (all[which].second - all[i].second);
    if (late != 0) {
      ++pairs;
      same += early == 0 ? 0.5 : (early * late > 0 ? 1 : 0);
    }
  }
  return pairs > 0 ? same / pairs : -1;
}

Agreement of(const std::vector<Pair>& all) {
  Agreement agreement;
  for (const auto& [early, late] : all) {
    agreement.add(early, late);
  }
  return agreement;
}

}  // namespace

TEST_CASE("agreement: the same order, the reverse, and nothing to tell", "[estimators]") {
  CHECK(of({{1, 10}, {2, 20}, {3, 30}}).concordance(0.5, 0) == Approx(1));
  CHECK(of({{1, 30}, {2, 20}, {3, 10}}).concordance(0.5, 0) == Approx(0));
  CHECK(of({{1, 10}, {1, 20}}).concordance(0.9, 0) == Approx(0.5));
}

TEST_CASE("agreement: without pairs only the expectation speaks", "[estimators]") {
  CHECK(of({}).concordance(0.7, 5) == Approx(0.7));
  CHECK(of({{1, 1}}).concordance(0.7, 5) == Approx(0.7));
  const Agreement ties = of({{1, 5}, {2, 5}, {3, 5}});
  CHECK(ties.trials() == 0);
  CHECK(ties.concordance(0.7, 5) == Approx(0.7));
}

TEST_CASE("agreement: the expectation weighs as many trials as it is told", "[estimators]") {
  const Agreement agreement = of({{1, 1}, {2, 2}});  // one trial with one pair
  CHECK(agreement.concordance(0.5, 1) == Approx(0.75));
  CHECK(agreement.concordance(0.5, 3) == Approx(0.625));
}

TEST_CASE("agreement: as counted by brute force, older trials fading", "[estimators]") {
  Rng rng({41});
  std::vector<Pair> all;
  Agreement agreement;
  for (std::size_t n = 0; n < 500; ++n) {
    const double early = std::floor(8 * rng.uniform());  // with ties
    all.emplace_back(early, std::floor(4 * rng.uniform() + early / 2));
    agreement.add(all.back().first, all.back().second);
    double trials = 0;
    double same = 0;
    for (std::size_t k = 0; k <= n; ++k) {
      if (const double share = concordant(all, k); share >= 0) {
        trials = trials * (1 - 1.0 / 200) + 1;
        same = same * (1 - 1.0 / 200) + share;
      }
    }
    CHECK(agreement.trials() == Approx(trials));
    CHECK(agreement.concordance(0.5, 1) == Approx((same + 0.5) / (trials + 1)));
  }
  CHECK(agreement.trials() < 200);
}

TEST_CASE("agreement: what changed lately counts more than what was long ago", "[estimators]") {
  Agreement agreement;
  for (int k = 0; k < 1000; ++k) {
    agreement.add(k, k);
  }
  CHECK(agreement.concordance(0.5, 0) == Approx(1));
  for (int k = 0; k < 1000; ++k) {
    agreement.add(k, -k);
  }
  CHECK(agreement.concordance(0.5, 0) < 0.05);
}

TEST_CASE("agreement: foretells by least squares", "[estimators]") {
  CHECK(of({}).foretell(7).late == 7);
  CHECK(of({{1, -2}}).foretell(3).late == 0);  // one trial: its gain
  // Means 2 and 3, variance 2/3, covariance 1/3; by hand.
  const Agreement agreement = of({{1, 2.5}, {2, 3}, {3, 3.5}});
  CHECK(agreement.foretell(4).late == Approx(4));
  CHECK(agreement.foretell(4).slope == Approx(0.5));
  CHECK(agreement.foretell(4).variance == Approx(0).margin(1e-12));
  const Agreement noisy = of({{0, 1}, {0, 2}, {0, 6}});
  CHECK(noisy.foretell(0).late == Approx(3));
  CHECK(noisy.foretell(0).variance == Approx((4 + 1 + 9) / 3.0));
}

TEST_CASE("agreement: nobody is foretold to overtake, or to beat the best", "[estimators]") {
  // The later the better here: the slope would be -1.
  CHECK(of({{1, 3}, {2, 2}, {3, 1}}).foretell(10).late == Approx(2));
  // Steeper than 1 is taken for 1.
  CHECK(of({{1, 10}, {2, 20}, {3, 30}}).foretell(4).late == Approx(22));
  CHECK(of({{1, 0.5}, {2, 1.5}, {3, 2.5}}).foretell(-5).late == 0.5);
}

TEST_CASE("agreement: what was long ago is forgotten in forecasts", "[estimators]") {
  Agreement many;
  for (int k = 0; k < 5000; ++k) {
    many.add(k % 10, k % 10 + (k < 2500 ? 100 : 2));
  }
  CHECK(many.foretell(5).late == Approx(7).margin(0.1));
}
