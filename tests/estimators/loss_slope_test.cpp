#include "estimators/loss_slope.hpp"

#include "estimators/score.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

using namespace evolt;
using namespace evolt::test;

namespace {

/// 1 / (1 + ratio k) + floor.
std::vector<double> bent(double ratio, double floor, int count) {
  std::vector<double> losses;
  for (int k = 1; k <= count; ++k) {
    losses.push_back(1 / (1 + ratio * k) + floor);
  }
  return losses;
}

}  // namespace

TEST_CASE("loss slope: the mean slope of the curve that the losses come from", "[estimators]") {
  const double ratio = GENERATE(0.05, 0.5, 3.0);
  const std::vector<double> losses = bent(ratio, 0.2, 12);
  double slope = 0;
  for (int k = 3; k <= 12; ++k) {
    slope -= ratio / ((1 + ratio * k) * (1 + ratio * k)) / losses.front() / 10;
  }
  INFO(ratio);
  CHECK(loss_slope(losses).value() == Approx(slope).epsilon(0.1));
}

TEST_CASE("loss slope: steeper is smaller, and the unit of the loss does not matter",
          "[estimators]") {
  const std::vector<double> steep = bent(0.5, 0.1, 10);
  const std::vector<double> shallow = bent(0.02, 0.1, 10);
  CHECK(*loss_slope(steep) < *loss_slope(shallow));
  std::vector<double> scaled = steep;
  std::for_each(scaled.begin(), scaled.end(), [](double& loss) { loss *= 1000; });
  CHECK(*loss_slope(scaled) == Approx(*loss_slope(steep)));
}

TEST_CASE("loss slope: what is flat or rises has none", "[estimators]") {
  CHECK(*loss_slope(std::vector<double>(8, 2.5)) == Approx(0).margin(1e-9));
  CHECK(*loss_slope(std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8}) == Approx(0).margin(1e-9));
}

TEST_CASE("loss slope: no score from too few losses or broken ones", "[estimators]") {
  CHECK_FALSE(loss_slope(std::vector<double>{5, 4, 3, 2, 1}).has_value());
  CHECK(loss_slope(std::vector<double>{6, 5, 4, 3, 2, 1}).has_value());
  CHECK_FALSE(loss_slope(std::vector<double>{6, 5, kNan, 3, 2, 1}).has_value());
  CHECK_FALSE(loss_slope(std::vector<double>{6, 5, kInfinity, 3, 2, 1}).has_value());
  CHECK_FALSE(loss_slope(std::vector<double>(8, 0)).has_value());
  CHECK_FALSE(loss_slope(std::vector<double>(8, -1)).has_value());
}

TEST_CASE("loss slope: as a score it needs every loss", "[estimators]") {
  constexpr Score kSlope{Score::Kind::slope};
  History history;
  const Curve& curve = grow(history, trial(1), std::vector<double>(8, 1), bent(0.5, 0.1, 8));
  CHECK(value_of(kSlope, curve.points) == loss_slope(bent(0.5, 0.1, 8)));
  Curve holed = curve;
  holed.points[0].loss.reset();
  CHECK_FALSE(value_of(kSlope, holed.points).has_value());
  CHECK_FALSE(value_of(kSlope, {}).has_value());
  CHECK(of_loss(kSlope));
  CHECK(describe(kSlope) == "slope of the training loss");
}
