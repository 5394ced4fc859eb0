#include "propagator/beta.hpp"

#include <catch2/catch.hpp>

#include <cmath>

namespace evolt {
namespace {

TEST_CASE("beta: draws have the mean and variance of the distribution", "[propagator]") {
  struct Shape {
    double a;
    double b;
  };
  const Shape shape = GENERATE(Shape{0.5, 0.5}, Shape{1, 1}, Shape{6, 2}, Shape{0.6, 30});
  CAPTURE(shape.a, shape.b);
  Rng rng{4};
  constexpr int kDraws = 40'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw_beta(shape.a, shape.b, rng);
    REQUIRE(x >= 0);
    REQUIRE(x <= 1);
    sum += x;
    squares += x * x;
  }
  const double total = shape.a + shape.b;
  const double mean = shape.a / total;
  const double variance = mean * (1 - mean) / (total + 1);
  // Five standard errors of the mean; the variance within 5 %.
  CHECK(std::abs(sum / kDraws - mean) < 5 * std::sqrt(variance / kDraws));
  CHECK(squares / kDraws - std::pow(sum / kDraws, 2) == Approx(variance).epsilon(0.05));
}

}  // namespace
}  // namespace evolt
