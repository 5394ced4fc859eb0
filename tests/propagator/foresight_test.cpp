#include "propagator/foresight.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace evolt {
namespace {

double bowl(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    sum += (1.0 + static_cast<double>(j)) * (x[j] - 0.3) * (x[j] - 0.3);
  }
  return sum;
}

std::vector<double> somewhere(std::size_t n, Rng& rng) {
  std::vector<double> x(n);
  for (double& one : x) {
    one = rng.uniform();
  }
  return x;
}

TEST_CASE("foresight: knows nothing before there are points", "[propagator]") {
  Foresight foresight(3);
  const Gaussian frame(std::vector<double>(3, 0.5), 0.2, 8);
  foresight.fit(frame);
  CHECK_FALSE(foresight.ready());
  CHECK(foresight.agreement(15) == -1);
}

TEST_CASE("foresight: ranks what it has not seen of a quadratic function", "[propagator]") {
  const std::size_t n = GENERATE(std::size_t{3}, std::size_t{20});
  Foresight foresight(n);
  const Gaussian frame(std::vector<double>(n, 0.5), 0.2, 8);
  Rng rng{1};
  for (int i = 0; i < 150; ++i) {
    std::vector<double> x = somewhere(n, rng);
    const double score = bowl(x);
    foresight.add(std::move(x), score);
  }
  foresight.fit(frame);
  REQUIRE(foresight.ready());
  CHECK(foresight.agreement(15) > 0.95);
  const std::vector<double> good(n, 0.3);
  CHECK(foresight.values(std::array{good}).front() == Approx(0).margin(1e-3));
}

TEST_CASE("foresight: what is random does not agree", "[propagator]") {
  Foresight foresight(4);
  const Gaussian frame(std::vector<double>(4, 0.5), 0.2, 8);
  Rng rng{1};
  for (int i = 0; i < 60; ++i) {
    foresight.add(somewhere(4, rng), rng.uniform());
  }
  foresight.fit(frame);
  for (int i = 0; i < 15; ++i) {
    foresight.add(somewhere(4, rng), rng.uniform());
  }
  CHECK(foresight.agreement(15) < 0.5);
}

}  // namespace
}  // namespace evolt
