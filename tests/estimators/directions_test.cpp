#include "estimators/directions.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace evolt;

TEST_CASE("directions: from each value alone to all alike, each of sum 1", "[estimators]") {
  for (const auto& [values, count] : {std::pair{2U, 5U}, {3U, 6U}, {4U, 5U}, {7U, 8U}}) {
    const auto all = directions(values);
    CHECK(all.size() == count);
    std::size_t alone = 0;
    for (const auto& weights : all) {
      CHECK(weights.size() == values);
      CHECK(std::accumulate(weights.begin(), weights.end(), 0.0) == Approx(1));
      alone += *std::max_element(weights.begin(), weights.end()) == 1 ? 1 : 0;
    }
    CHECK(alone == values);
  }
}

TEST_CASE("directions: who is smaller in all values is smaller in every direction",
          "[estimators]") {
  Rng rng{1, 2};
  const auto values = GENERATE(2U, 3U, 5U);
  std::vector<double> points;
  for (std::size_t i = 0; i < 40 * values; ++i) {
    points.push_back(1000 * rng.uniform() - 300);
  }
  const ValueScale scale = ValueScale::of(points, values);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> better(values);
    std::vector<double> worse(values);
    for (std::size_t i = 0; i < values; ++i) {
      better[i] = 2000 * rng.uniform() - 1000;
      worse[i] = better[i] + rng.uniform();
    }
    for (const auto& direction : directions(values)) {
      CHECK(scale.distance(better, direction) < scale.distance(worse, direction));
    }
  }
}

TEST_CASE("directions: units do not matter", "[estimators]") {
  const std::vector<double> metres = {1, 10, 2, 7, 3, 5};
  std::vector<double> millimetres = metres;
  for (std::size_t i = 0; i < metres.size(); i += 2) {
    millimetres[i] *= 1000;
  }
  const ValueScale a = ValueScale::of(metres, 2);
  const ValueScale b = ValueScale::of(millimetres, 2);
  for (const auto& direction : directions(2)) {
    CHECK(a.distance(std::vector<double>{2.5, 6}, direction) ==
          Approx(b.distance(std::vector<double>{2500, 6}, direction)));
  }
}

TEST_CASE("directions: values that are all equal have no say", "[estimators]") {
  const std::vector<double> points = {1, 5, 2, 5, 3, 5};
  const ValueScale scale = ValueScale::of(points, 2);
  for (const auto& direction : directions(2)) {
    CHECK(scale.distance(std::vector<double>{1, 5}, direction) <
          scale.distance(std::vector<double>{2, 5}, direction));
  }
}

TEST_CASE("directions: breadth is 1 where they agree, and grows with what they disagree about",
          "[estimators]") {
  std::vector<double> agree;
  std::vector<double> trade;
  for (int i = 0; i < 100; ++i) {
    agree.insert(agree.end(), {static_cast<double>(i), static_cast<double>(i)});
    trade.insert(trade.end(), {static_cast<double>(i), static_cast<double>(-i)});
  }
  const auto all = directions(2);
  CHECK(breadth(agree, ValueScale::of(agree, 2), all) == 1);
  const double broad = breadth(trade, ValueScale::of(trade, 2), all);
  CHECK(broad > 2);
  CHECK(broad <= 5);
}
