#include "estimators/score.hpp"

#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <vector>

using namespace evolt;
using namespace evolt::test;

namespace {

/// Steps 2, 4, 6, ...: scores are over reports, wherever they lie.
std::vector<CurvePoint> points(const std::vector<double>& values,
                               const std::vector<std::optional<double>>& losses) {
  std::vector<CurvePoint> made;
  for (std::size_t i = 0; i < values.size(); ++i) {
    made.push_back({static_cast<std::int64_t>(2 * i + 2), values[i], losses[i]});
  }
  return made;
}

constexpr Score kTse{Score::Kind::tse};

Score last_losses(double count) {
  return {Score::Kind::tse_e, count};
}

Score average(double keep) {
  return {Score::Kind::tse_ema, keep};
}

}  // namespace

TEST_CASE("score: each formula by hand", "[estimators]") {
  const auto curve = points({5, 2, 3}, {4, 2, 1});
  CHECK(value_of(kBest, curve) == 2);
  CHECK(value_of(kLast, curve) == 3);
  CHECK(value_of(kTse, curve) == 7);
  CHECK(value_of(kLoss, curve) == 1);
  CHECK(value_of(last_losses(2), curve) == 3);
  CHECK(value_of(average(0.5), curve) == (4 * 0.5 + 2) * 0.5 + 1);
}

TEST_CASE("score: the training-speed scores use one set of steps", "[estimators]") {
  const auto curve = points({0, 0, 0, 0}, {3, 1, 4, 1.5});
  // Nothing forgotten: all three are the sum of every loss, neither one fewer nor one more.
  CHECK(value_of(average(1), curve) == value_of(kTse, curve));
  CHECK(value_of(last_losses(4), curve) == value_of(kTse, curve));
  CHECK(value_of(last_losses(99), curve) == value_of(kTse, curve));
  // All forgotten: the newest loss.
  CHECK(value_of(average(0), curve) == value_of(kLoss, curve));
}

TEST_CASE("score: nothing reported has none", "[estimators]") {
  const Score score = GENERATE(kBest, kLast, kTse, kLoss, average(0.9));
  CHECK_FALSE(value_of(score, {}).has_value());
}

TEST_CASE("score: values that are not finite", "[estimators]") {
  const double bad = GENERATE(as<double>(), kNan, kInfinity, -kInfinity);
  CHECK(value_of(kBest, points({bad, 2, bad}, {1, 1, 1})) == 2);
  CHECK_FALSE(value_of(kBest, points({bad, bad}, {1, 1})).has_value());
  CHECK(value_of(kLast, points({bad, 2}, {1, 1})) == 2);
  CHECK_FALSE(value_of(kLast, points({2, bad}, {1, 1})).has_value());
  const auto early = points({1, 1, 1}, {bad, 2, 1});
  CHECK_FALSE(value_of(kTse, early).has_value());
  CHECK_FALSE(value_of(average(0.9), early).has_value());
  CHECK(value_of(last_losses(2), early) == 3);
  CHECK_FALSE(value_of(last_losses(3), early).has_value());
  CHECK_FALSE(value_of(kLoss, points({1, 1}, {1, bad})).has_value());
}

TEST_CASE("score: a loss that was not reported leaves a hole in its window only", "[estimators]") {
  const auto curve = points({5, 4, 3}, {std::nullopt, 2, 1});
  CHECK_FALSE(value_of(kTse, curve).has_value());
  CHECK_FALSE(value_of(average(0.9), curve).has_value());
  CHECK(value_of(last_losses(2), curve) == 3);
  CHECK_FALSE(value_of(last_losses(3), curve).has_value());
  CHECK(value_of(kBest, curve) == 3);
}

TEST_CASE("score: which look at the loss, and what they are called", "[estimators]") {
  CHECK_FALSE(of_loss(kBest));
  CHECK_FALSE(of_loss(kLast));
  CHECK(of_loss(kTse));
  CHECK(of_loss(kLoss));
  CHECK(of_loss(average(0.9)));
  CHECK(describe(kBest) == "best value so far");
  CHECK(describe(kLast) == "newest value");
  CHECK(describe(kTse) == "sum of training losses");
  CHECK(describe(kLoss) == "training loss");
  CHECK(describe(last_losses(5)) == "sum of the last 5 training losses");
  CHECK(describe(average(0.9)) == "moving average of training losses");
}
