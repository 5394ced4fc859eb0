#include "propagator/random_tree.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <numeric>
#include <vector>

namespace evolt {
namespace {

std::vector<std::uint32_t> all_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

TEST_CASE("random tree: tells every row it was grown from", "[propagator]") {
  Rng rng{1};
  const std::vector<std::uint8_t> is_choice = {0, 1, 0};
  std::vector<float> features;
  std::vector<std::uint32_t> targets;
  for (std::uint32_t row = 0; row < 200; ++row) {
    features.push_back(static_cast<float>(rng.uniform()));
    features.push_back(static_cast<float>(rng.below(4)));
    features.push_back(rng.chance(0.3) ? kAsleep : static_cast<float>(rng.uniform()));
    targets.push_back(row * 1'000);
  }
  auto rows = all_rows(200);
  RandomTree tree;
  CHECK_FALSE(tree.grown());
  tree.grow({features, targets, is_choice}, rows, 2, rng);
  CHECK(tree.grown());
  for (std::uint32_t row = 0; row < 200; ++row) {
    REQUIRE(tree.predict(std::span(features).subspan(3 * row, 3)) ==
            static_cast<float>(targets[row]));
  }
}

TEST_CASE("random tree: rows that look alike share the mean of their targets", "[propagator]") {
  Rng rng{2};
  const std::vector<std::uint8_t> is_choice = {0};
  const std::vector<float> features = {0.5F, 0.5F, 0.5F};
  const std::vector<std::uint32_t> targets = {1, 2, 6};
  auto rows = all_rows(3);
  RandomTree tree;
  tree.grow({features, targets, is_choice}, rows, 1, rng);
  CHECK(tree.predict(std::vector<float>{0.9F}) == 3);
}

TEST_CASE("random tree: a choice splits by value, sleep splits from being awake", "[propagator]") {
  Rng rng{3};
  const std::vector<std::uint8_t> is_choice = {1, 0};
  std::vector<float> features;
  std::vector<std::uint32_t> targets;
  for (int i = 0; i < 60; ++i) {
    const bool odd = i % 3 == 1;
    features.push_back(static_cast<float>(i % 3));
    features.push_back(odd ? static_cast<float>(rng.uniform()) : kAsleep);
    targets.push_back(odd ? 10 : 700);
  }
  auto rows = all_rows(60);
  RandomTree tree;
  tree.grow({features, targets, is_choice}, rows, 2, rng);
  CHECK(tree.predict(std::vector<float>{1, 0.3F}) == 10);
  CHECK(tree.predict(std::vector<float>{0, kAsleep}) == 700);
  CHECK(tree.predict(std::vector<float>{2, kAsleep}) == 700);
}

TEST_CASE("random tree: an average over some foresees an unseen point", "[propagator]") {
  Rng rng{4};
  const std::vector<std::uint8_t> is_choice = {0, 0};
  std::vector<float> features;
  std::vector<std::uint32_t> targets;
  const auto height = [](double x, double y) { return 1e5 * (x * x + std::abs(y - 0.5)); };
  for (int i = 0; i < 250; ++i) {
    const double x = rng.uniform();
    const double y = rng.uniform();
    features.push_back(static_cast<float>(x));
    features.push_back(static_cast<float>(y));
    targets.push_back(static_cast<std::uint32_t>(height(x, y)));
  }
  std::vector<RandomTree> trees(20);
  for (RandomTree& tree : trees) {
    auto rows = all_rows(250);
    tree.grow({features, targets, is_choice}, rows, 1, rng);
  }
  double error = 0;
  for (int i = 0; i < 100; ++i) {
    const double x = rng.uniform();
    const double y = rng.uniform();
    const std::vector<float> row = {static_cast<float>(x), static_cast<float>(y)};
    double mean = 0;
    for (const RandomTree& tree : trees) {
      mean += static_cast<double>(tree.predict(row)) / 20;
    }
    error += std::abs(mean - height(x, y)) / 100;
  }
  CHECK(error < 0.06e5);  // the targets spread over 1.5e5; the mean alone would err by 0.26e5
}

}  // namespace
}  // namespace evolt
