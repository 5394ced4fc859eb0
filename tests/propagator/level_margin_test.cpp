#include "propagator/level_margin.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>

namespace evolt {
namespace {

double tail(double x) {
  return std::erfc(x / std::sqrt(2.0)) / 2;
}

TEST_CASE("level margin: the normal quantile", "[propagator]") {
  CHECK(normal_quantile(0.5) == Approx(0).margin(1e-9));
  CHECK(normal_quantile(0.025) == Approx(1.959963985));
  CHECK(tail(normal_quantile(1e-9)) == Approx(1e-9));
}

TEST_CASE("level margin: an end level leaves one way with the margin", "[propagator]") {
  const Axis axis(IntDomain{.low = 0, .high = 1});
  Gaussian gaussian({0.05}, 0.01, 4);
  keep_level_margin(gaussian, 0, axis, 0.1);
  CHECK(tail((0.5 - gaussian.mean()[0]) / gaussian.deviation(0)) == Approx(0.1));
  Gaussian last({0.95}, 0.01, 4);
  keep_level_margin(last, 0, axis, 0.1);
  CHECK(tail((last.mean()[0] - 0.5) / last.deviation(0)) == Approx(0.1));
}

TEST_CASE("level margin: a level in between leaves both ways", "[propagator]") {
  const Axis axis(IntDomain{.low = 0, .high = 4});
  const double at = GENERATE(0.41, 0.5, 0.59);
  Gaussian gaussian({at}, 0.001, 4);
  keep_level_margin(gaussian, 0, axis, 0.1);
  CHECK(axis.level(gaussian.mean()[0]) == 2);
  CHECK(tail((gaussian.mean()[0] - 0.4) / gaussian.deviation(0)) >= 0.0499);
  CHECK(tail((0.6 - gaussian.mean()[0]) / gaussian.deviation(0)) >= 0.0499);
}

TEST_CASE("level margin: what varies enough is left alone", "[propagator]") {
  const Axis axis(IntDomain{.low = 1, .high = 64, .scale = Scale::log});
  Gaussian gaussian({0.4}, 0.2, 4);
  keep_level_margin(gaussian, 0, axis, 0.1);
  CHECK(gaussian.mean()[0] == 0.4);
  CHECK(gaussian.deviation(0) == 0.2);
}

}  // namespace
}  // namespace evolt
