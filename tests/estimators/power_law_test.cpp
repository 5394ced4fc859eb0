#include "estimators/power_law.hpp"

#include "core/config_error.hpp"
#include "core/rng.hpp"
#include "estimators/power_law_fit.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace evolt;
using namespace evolt::test;

namespace {

/// floor + a t^-alpha with noise.
std::vector<double> law(double floor, double a, double alpha, int steps, double noise = 0,
                        std::uint64_t seed = 1) {
  Rng rng({seed});
  std::vector<double> values;
  for (int t = 1; t <= steps; ++t) {
    values.push_back(floor + a * std::pow(t, -alpha) + noise * rng.normal());
  }
  return values;
}

std::vector<CurvePoint> points(const std::vector<double>& values) {
  std::vector<CurvePoint> made;
  for (const double value : values) {
    made.push_back({static_cast<std::int64_t>(made.size()) + 1, value});
  }
  return made;
}

/// Twenty that finished at 0, 1, ..., 19.
History finished() {
  History history;
  for (std::uint64_t k = 0; k < 20; ++k) {
    grow(history, trial(100 + k), law(static_cast<double>(k), 5, 1, 49));
    history.add(trial(100 + k), {50, static_cast<double>(k)});
  }
  return history;
}

}  // namespace

TEST_CASE("power law fit: finds the curve that the values come from", "[estimators]") {
  const double alpha = GENERATE(0.25, 0.5, 1.0, 1.75);
  const auto forecast = extrapolate(points(law(3, 2, alpha, 10)), 100);
  REQUIRE(forecast.has_value());
  CHECK(forecast->value == Approx(3 + 2 * std::pow(100, -alpha)).margin(1e-4));
  CHECK(forecast->spread < 1e-3);
}

TEST_CASE("power law fit: a flat curve stays, however large it is", "[estimators]") {
  const auto forecast = extrapolate(points(std::vector<double>(6, 1e9)), 1000);
  REQUIRE(forecast.has_value());
  CHECK(forecast->value == 1e9);
  CHECK(forecast->spread == Approx(0).margin(1e-6));
}

TEST_CASE("power law fit: a curve that rises is not taken to fall", "[estimators]") {
  const auto forecast = extrapolate(points({1, 2, 3, 4, 5}), 1000);
  REQUIRE(forecast.has_value());
  CHECK(forecast->value == Approx(3));
  CHECK(forecast->spread > 1);
}

TEST_CASE("power law fit: too few values give none, broken ones are left out", "[estimators]") {
  CHECK_FALSE(extrapolate({}, 50).has_value());
  CHECK_FALSE(extrapolate(points({3, 2, 1}), 50).has_value());
  CHECK_FALSE(extrapolate(points({3, kNan, 2, kInfinity, 1}), 50).has_value());
  const auto whole = extrapolate(points({kNan, 4, 3, kInfinity, 2.5, 2.2}), 50);
  CHECK(whole.has_value());
  CHECK_FALSE(extrapolate(points({1e308, -1e308, 1e308, -1e308}), 50).has_value());
}

TEST_CASE("power law fit: the truth lies within two spreads nearly always", "[estimators]") {
  int within = 0;
  constexpr int kCurves = 400;
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const auto forecast = extrapolate(points(law(1, 1, 0.6, 15, 0.02, seed)), 60);
    const double truth = 1 + std::pow(60, -0.6);
    within += std::abs(forecast->value - truth) < 2 * forecast->spread ? 1 : 0;
  }
  CHECK(within > 0.9 * kCurves);
}

TEST_CASE("power law: stops what will hardly be among the best, and says what it expects",
          "[estimators]") {
  History history = finished();
  const PowerLaw rule({.window = {.steps = 50}});
  const Verdict verdict = rule.judge(grow(history, trial(1), law(10, 5, 1, 8)), history);
  CHECK(verdict.decision == Verdict::Decision::stop);
  CHECK(verdict.reason == "at step 8 the chance to end among the best 10 % of 20 is below 5 %");
  CHECK(verdict.forecast.value() == Approx(10.1).margin(0.01));
  CHECK(verdict.spread.value() < 0.1);
}

TEST_CASE("power law: a poor start that falls fast goes on", "[estimators]") {
  History history = finished();
  const PowerLaw rule({.window = {.steps = 50}});
  // At 9.4 now, worse than half of what finished, but on its way to -0.1.
  CHECK_FALSE(rule.judge(grow(history, trial(1), law(-0.5, 28, 1, 4)), history).stops());
}

TEST_CASE("power law: what is among the best already goes on, whatever is to come",
          "[estimators]") {
  History history = finished();
  const PowerLaw rule({.window = {.steps = 50}});
  CHECK_FALSE(rule.judge(grow(history, trial(1), {-1, 5, 6, 7, 8, 9}), history).stops());
}

TEST_CASE("power law: who cannot tell does not stop", "[estimators]") {
  History history = finished();
  const PowerLaw rule({.window = {.steps = 50}});
  CHECK_FALSE(rule.judge(grow(history, trial(1), {99, 98, 97}), history).stops());
  CHECK_FALSE(rule.judge(grow(history, trial(2), {99, 3, 80, -5, 60}), history).stops());
  History few;
  add_peers(few, 4, 50);
  CHECK_FALSE(rule.judge(grow(few, trial(1), law(99, 1, 1, 8)), few).stops());
  add_peers(few, 5, 50);
  CHECK(rule.judge(*few.curve(trial(1)), few).stops());
}

TEST_CASE("power law: top and chance say how good, and how sure", "[estimators]") {
  History history = finished();
  const Curve& middling = grow(history, trial(1), law(5.5, 5, 1, 10));
  const auto stops = [&](double top, double chance, const Curve& curve) {
    return PowerLaw({.window = {.steps = 50}, .top = top, .chance = chance})
        .judge(curve, history)
        .stops();
  };
  CHECK(stops(0.1, 0.05, middling));
  CHECK_FALSE(stops(0.5, 0.05, middling));
  const Curve& noisy = grow(history, trial(2), law(5.5, 5, 1, 10, 1.5, 3));
  CHECK(stops(0.1, 0.4, noisy));
  CHECK_FALSE(stops(0.1, 1e-9, noisy));
}

TEST_CASE("power law: an unknown length looks as far again", "[estimators]") {
  History history;
  add_peers(history, 20, 20);
  const PowerLaw rule({.window = {.min_steps = 3}});
  CHECK(rule.judge(grow(history, trial(1), law(30, 1, 1, 10)), history).stops());
  CHECK_FALSE(rule.judge(grow(history, trial(1), law(30, 1, 1, 11)), history).stops());  // nobody
}

TEST_CASE("power law: refuses options without a meaning", "[estimators]") {
  CHECK_THROWS_AS(PowerLaw({.window = {.min_steps = 0}}), ConfigError);
  CHECK_THROWS_AS(PowerLaw({.top = 0}), ConfigError);
  CHECK_THROWS_AS(PowerLaw({.top = 1}), ConfigError);
  CHECK_THROWS_AS(PowerLaw({.chance = kNan}), ConfigError);
}
