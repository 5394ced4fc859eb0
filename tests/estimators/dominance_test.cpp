#include "estimators/dominance.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace evolt;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Bounded exact(double value) {
  return {value, value, value};
}

Bounded around(double value, double half) {
  return {value, value - half, value + half};
}

BoundedScores scores(std::vector<Bounded> values, double violation = 0) {
  return {.values = std::move(values), .own = {}, .source = {}, .violation = violation};
}

/// Of a first exact value from a few, so that equal ones are met, and a second with bounds.
BoundedScores arbitrary(Rng& rng) {
  const double half = rng.chance(0.3) ? 0.0 : 40 * rng.uniform();
  const double value = std::floor(100 * rng.uniform());
  BoundedScores made = scores({exact(std::floor(3 * rng.uniform())), around(value, half)},
                              rng.chance(0.1) ? rng.uniform() : 0.0);
  if (rng.chance(0.05)) {
    made.values[1] = {value, -kInfinity, kInfinity};
  }
  if (rng.chance(0.05)) {
    made.values[0].value = kNan;
  }
  return made;
}

}  // namespace

TEST_CASE("dominance: how likely one is below another is the share of the rectangle",
          "[estimators]") {
  CHECK(probability_below(around(10, 1), around(20, 1)) == 1);
  CHECK(probability_below(around(20, 1), around(10, 1)) == 0);
  CHECK(probability_below(around(10, 2), around(10, 2)) == Approx(0.5));
  CHECK(probability_below(around(10, 2), around(10, 7)) == Approx(0.5));
  CHECK(probability_below(exact(1), around(2, 2)) == Approx(0.75));
  CHECK(probability_below(around(2, 2), exact(1)) == Approx(0.25));
  CHECK(probability_below({1, 0, 2}, {2, 1, 3}) == Approx(1 - 1.0 / 8));
  CHECK(probability_below(exact(1), exact(2)) == 1);
  CHECK(probability_below(exact(2), exact(1)) == 0);
  CHECK(probability_below(exact(1), exact(1)) == 0.5);
  CHECK(probability_below(around(1, 1e-13), around(2, 2)) == Approx(0.75));
}

TEST_CASE("dominance: the probability agrees with counting", "[estimators]") {
  Rng rng{7, 0, 0, 0};
  for (int i = 0; i < 50; ++i) {
    const Bounded a = around(10 * rng.uniform(), 5 * rng.uniform());
    const Bounded b = around(10 * rng.uniform(), 5 * rng.uniform());
    constexpr int kPoints = 400;
    int below = 0;
    for (int x = 0; x < kPoints; ++x) {
      for (int y = 0; y < kPoints; ++y) {
        const double truth_a = a.lower + (a.upper - a.lower) * (x + 0.5) / kPoints;
        const double truth_b = b.lower + (b.upper - b.lower) * (y + 0.5) / kPoints;
        below += truth_a < truth_b ? 1 : 0;
      }
    }
    CHECK(probability_below(a, b) ==
          Approx(static_cast<double>(below) / (kPoints * kPoints)).margin(0.005));
    CHECK(probability_below(a, b) + probability_below(b, a) == Approx(1));
  }
}

TEST_CASE("dominance: what is not known is never below, NaN always loses", "[estimators]") {
  const Bounded unknown{1, -kInfinity, kInfinity};
  CHECK(probability_below(unknown, exact(1e9)) == 0.5);
  CHECK(probability_below(exact(1e9), unknown) == 0.5);
  CHECK(compare(unknown, exact(1e9)) == Comparison::tie);
  CHECK(compare(exact(0), unknown) == Comparison::tie);
  CHECK(probability_below(exact(kNan), exact(1e9)) == 0);
  CHECK(probability_below(exact(1e9), exact(kNan)) == 1);
  CHECK(probability_below(exact(kNan), exact(kNan)) == 0);
  CHECK(probability_below(around(5, 1), exact(kInfinity)) == 1);  // worth nothing, and that is sure
  CHECK(compare(exact(kInfinity), exact(kInfinity)) == Comparison::tie);
}

TEST_CASE("dominance: a clear overlap is a tie", "[estimators]") {
  CHECK(compare(around(100, 10), around(105, 10)) == Comparison::tie);
  CHECK(compare(around(105, 10), around(100, 10)) == Comparison::tie);
  CHECK(compare(around(100, 10), around(121, 10)) == Comparison::better);
  CHECK(compare(around(121, 10), around(100, 10)) == Comparison::worse);
  // Half-widths of 10: at 0.95 the middles are 20 - sqrt(8 x 10 x 10 x 0.05) = 13.68 apart.
  CHECK(compare(around(100, 10), around(113.6, 10)) == Comparison::tie);
  CHECK(compare(around(100, 10), around(113.7, 10)) == Comparison::better);
  CHECK(compare(exact(1), exact(1)) == Comparison::tie);
  CHECK(compare(exact(1), exact(1 + 1e-12)) == Comparison::better);
}

TEST_CASE("dominance: clearly better somewhere, and nowhere else in doubt", "[estimators]") {
  const BoundedScores a = scores({exact(-0.9), around(100, 10)});
  CHECK(dominates(a, scores({exact(-0.9), around(130, 10)})));
  CHECK(dominates(a, scores({exact(-0.8), around(130, 10)})));
  CHECK_FALSE(dominates(a, scores({exact(-0.8), around(105, 10)})));  // which may be the cheaper
  CHECK_FALSE(dominates(a, scores({exact(-0.95), around(130, 10)})));
  CHECK(dominates(scores({exact(1), exact(2)}), scores({exact(1), exact(3)})));
  CHECK_FALSE(dominates(scores({exact(1), exact(2)}), scores({exact(1), exact(2)})));
  CHECK(probability_of_dominance(a, scores({exact(-0.8), around(100, 10)})) == Approx(0.5));
  CHECK(probability_of_dominance(a, scores({exact(-0.9), around(130, 10)})) == 1);
  CHECK(probability_of_dominance(a, scores({exact(-0.95), around(130, 10)})) == 0);
  CHECK(probability_of_dominance(scores({exact(1)}), scores({exact(1)})) == 0);
}

TEST_CASE("dominance: requirements come first", "[estimators]") {
  const BoundedScores poor = scores({exact(9), around(900, 1)});
  const BoundedScores missed = scores({exact(1), around(1, 0.1)}, 0.2);
  CHECK(dominates(poor, missed));
  CHECK_FALSE(dominates(missed, poor));
  CHECK(dominates(missed, scores({exact(0), exact(0)}, 0.3)));
  CHECK(probability_of_dominance(poor, missed) == 1);
  CHECK(probability_of_dominance(missed, poor) == 0);
  const BoundedScores broken = scores({exact(0), exact(kNan)});
  CHECK(dominates(missed, broken));
  CHECK_FALSE(dominates(broken, missed));
  CHECK_FALSE(dominates(broken, broken));
  CHECK(dominates(poor, scores({exact(0), exact(0)}, kNan)));
}

TEST_CASE("dominance: the gain of one source is in both, and blurs nothing", "[estimators]") {
  const auto read = [](double joules, std::string source) {
    return BoundedScores{.values = {around(joules, 0.05 * joules)},
                         .own = {around(joules, 0.001 * joules)},
                         .source = std::move(source),
                         .violation = 0};
  };
  CHECK(dominates(read(100, "rapl"), read(101, "rapl")));
  CHECK_FALSE(dominates(read(101, "rapl"), read(100, "rapl")));
  CHECK_FALSE(dominates(read(100, "rapl"), read(101, "nvml")));
  CHECK_FALSE(dominates(read(100, ""), read(101, "")));
  CHECK(probability_of_dominance(read(100, "rapl"), read(101, "rapl")) == 1);
  CHECK(probability_of_dominance(read(100, "rapl"), read(101, "nvml")) < 0.7);
}

TEST_CASE("dominance: a strict order, whatever the bounds", "[estimators]") {
  Rng rng{3, 0, 0, 0};
  std::vector<BoundedScores> all;
  for (int i = 0; i < 120; ++i) {
    all.push_back(arbitrary(rng));
  }
  std::size_t pairs = 0;
  std::size_t chains = 0;
  for (const BoundedScores& a : all) {
    CHECK_FALSE(dominates(a, a));
    for (const BoundedScores& b : all) {
      const double there = probability_of_dominance(a, b);
      const double back = probability_of_dominance(b, a);
      CHECK((there >= 0 && there + back <= 1 + 1e-9));
      if (!dominates(a, b)) {
        continue;
      }
      ++pairs;
      CHECK_FALSE(dominates(b, a));
      CHECK(there >= kClear);
      for (const BoundedScores& c : all) {
        if (dominates(b, c)) {
          ++chains;
          REQUIRE(dominates(a, c));
        }
      }
    }
  }
  CHECK(pairs > 1000);
  CHECK(chains > 10000);
}

TEST_CASE("dominance: better is transitive at the narrowest distances", "[estimators]") {
  // Of three intervals, each just far enough from the one before to be better.
  const auto nearest = [](const Bounded& a, double half) {
    double low = 0;
    double high = 1000;
    while (high - low > 1e-9) {
      const double middle = (low + high) / 2;
      (compare(a, around(a.value + middle, half)) == Comparison::better ? high : low) = middle;
    }
    return around(a.value + high, half);
  };
  for (const double p : {0.0, 0.1, 1.0, 7.0, 30.0}) {
    for (const double q : {0.0, 0.1, 1.0, 7.0, 30.0}) {
      for (const double r : {0.0, 0.1, 1.0, 7.0, 30.0}) {
        const Bounded a = around(0, p);
        const Bounded b = nearest(a, q);
        const Bounded c = nearest(b, r);
        INFO(p << ' ' << q << ' ' << r);
        CHECK(compare(b, c) == Comparison::better);
        CHECK(compare(a, c) == Comparison::better);
      }
    }
  }
}
