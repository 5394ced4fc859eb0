#include "propagator/gaussian.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace evolt {
namespace {

/// One generation on `score`, smaller is better; gives back nothing but what the Gaussian learned.
template <typename Score>
void generation(Gaussian& gaussian, std::size_t population, Rng& rng, const Score& score) {
  std::vector<std::pair<double, GaussianStep>> ranked;
  for (std::size_t i = 0; i < population; ++i) {
    GaussianStep step{.to = std::vector<double>(gaussian.size())};
    gaussian.sample(rng, step.to);
    step.y = step.to;
    std::vector<double> x(gaussian.size());
    for (std::size_t j = 0; j < x.size(); ++j) {
      x[j] = gaussian.mean()[j] + gaussian.sigma() * step.y[j];
    }
    ranked.emplace_back(score(x), std::move(step));
  }
  std::sort(ranked.begin(), ranked.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<GaussianStep> steps;
  for (auto& [value, step] : ranked) {
    step.weight = gaussian.weights()[steps.size()];
    steps.push_back(std::move(step));
  }
  gaussian.update(steps);
  REQUIRE(gaussian.refresh());
}

TEST_CASE("gaussian: weights fall, the positive sum to 1", "[propagator]") {
  const Gaussian gaussian(std::vector<double>(10, 0.5), 0.25, 10);
  const auto& w = gaussian.weights();
  CHECK(std::is_sorted(w.rbegin(), w.rend()));
  CHECK(std::accumulate(w.begin(), w.begin() + 5, 0.0) == Approx(1));
  CHECK(w[4] > 0);
  CHECK(w[5] < 0);
}

TEST_CASE("gaussian: converges linearly on an ellipsoid turned out of the axes", "[propagator]") {
  Rng rng{1};
  Gaussian gaussian(std::vector<double>(5, 0.5), 0.25, 8);
  const auto score = [](const std::vector<double>& x) {
    double sum = 0;
    double bent = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      bent += x[j] - 0.3;
      sum += (x[j] - 0.3) * (x[j] - 0.3);
    }
    return sum + 1e4 * bent * bent;
  };
  for (int i = 0; i < 300; ++i) {
    generation(gaussian, 8, rng, score);
  }
  CHECK(score(gaussian.mean()) < 1e-12);
  // It has learned that the sum of the coordinates is what must not change.
  const std::vector<double> along{1, -1, 0, 0, 0};
  const std::vector<double> across{1, 1, 0, 0, 0};
  CHECK(gaussian.length(across) > 20 * gaussian.length(along));
}

TEST_CASE("gaussian: under random ranks sigma and variances stay about the same", "[propagator]") {
  const std::size_t n = GENERATE(std::size_t{10}, std::size_t{120});
  Rng rng{2};
  Gaussian gaussian(std::vector<double>(n, 0.0), 1, 12);
  for (int i = 0; i < 200; ++i) {
    generation(gaussian, 12, rng, [&](const std::vector<double>&) { return rng.uniform(); });
  }
  CHECK(gaussian.sigma() > 0.2);
  CHECK(gaussian.sigma() < 5);
}

TEST_CASE("gaussian: a coordinate nobody tells about stays as it is", "[propagator]") {
  Gaussian gaussian({0.5, 0.5}, 0.25, 4);
  std::vector<GaussianStep> steps;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::vector<double> y{0.5 + static_cast<double>(i), 3};
    steps.push_back(
        {.to = y, .y = y, .told = {true, false}, .weight = std::max(gaussian.weights()[i], 0.0)});
  }
  const double before = gaussian.deviation(1) / gaussian.sigma();
  gaussian.update(steps);
  REQUIRE(gaussian.refresh());
  CHECK(gaussian.mean()[1] == 0.5);
  CHECK(gaussian.mean()[0] > 0.5);
  CHECK(gaussian.deviation(1) / gaussian.sigma() == Approx(before).epsilon(0.1));
}

TEST_CASE("gaussian: bad steps that tell little take no variance from the others", "[propagator]") {
  const std::size_t n = GENERATE(std::size_t{4}, std::size_t{120});
  Gaussian gaussian(std::vector<double>(n, 0.5), 0.25, 6);
  for (int i = 0; i < 50; ++i) {
    std::vector<GaussianStep> steps;
    for (std::size_t r = 0; r < 6; ++r) {
      std::vector<bool> told(n, false);
      told[0] = true;
      const std::vector<double> y(n, r < 3 ? 1.0 : 1e-3);
      steps.push_back({.to = y, .y = y, .told = told, .weight = gaussian.weights()[r]});
    }
    gaussian.update(steps);
    REQUIRE(gaussian.refresh());
    REQUIRE(gaussian.deviation(1) > 0);
  }
}

TEST_CASE("gaussian: one step far out moves the mean by no more than its bound", "[propagator]") {
  Gaussian gaussian({0.5, 0.5}, 0.01, 4);
  std::vector<GaussianStep> steps(4);
  for (std::size_t i = 0; i < 4; ++i) {
    steps[i].to = {i == 0 ? 1e6 : 0.0, 0.0};
    steps[i].y = steps[i].to;
    steps[i].weight = i == 0 ? 1 : 0;
  }
  gaussian.update(steps);
  CHECK(gaussian.mean()[0] == Approx(0.5 + 0.01 * (std::sqrt(2.0) + 1)));
}

TEST_CASE("gaussian: widening a coordinate keeps its correlations", "[propagator]") {
  Gaussian gaussian({0, 0}, 1, 4);
  gaussian.widen(0, 3);
  REQUIRE(gaussian.refresh());
  CHECK(gaussian.deviation(0) == Approx(3));
  CHECK(gaussian.deviation(1) == Approx(1));
  CHECK(gaussian.length(std::vector<double>{3, 0}) == Approx(1));
}

TEST_CASE("gaussian: no coordinates, and numbers that overflow", "[propagator]") {
  Gaussian none({}, 0.25, 4);
  std::vector<GaussianStep> steps(4);
  none.update(steps);
  Gaussian wild({0.5}, 1e308, 4);
  wild.scale(1e10);
  CHECK_FALSE(wild.refresh());
}

}  // namespace
}  // namespace evolt
