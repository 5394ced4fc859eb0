#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

using namespace evolt;

TEST_CASE("rng: gives the published sequence of xoshiro256**", "[core]") {
  Rng rng(Rng::State{1, 2, 3, 4});
  const std::vector<std::uint64_t> expected = {
      11520, 0, 1509978240, 1215971899390074240U, 1216172134540287360U, 607988272756665600U};
  for (const std::uint64_t bits : expected) {
    CHECK(rng.bits() == bits);
  }
}

TEST_CASE("rng: keys are mixed by splitmix64, the same on every machine", "[core]") {
  Rng rng({42, 1, 0});
  CHECK(rng.state() == Rng::State{0x3e4a12d70b0af178U, 0x38998fd839085b30U, 0xa7521e6ecb05ecfcU,
                                  0x86e3af79fbee21f7U});
  CHECK(rng.bits() == 9161589392870193269U);
  CHECK(rng.bits() == 16288425164418765483U);
}

TEST_CASE("rng: other keys, or the same in another order, are another stream", "[core]") {
  std::set<std::uint64_t> first;
  for (const auto keys : {std::array<std::uint64_t, 3>{1, 2, 3},
                          {3, 2, 1},
                          {1, 2, 4},
                          {0, 0, 0},
                          {0, 0, 1},
                          {1, 0, 0},
                          {0, 1, 0}}) {
    first.insert(Rng({keys[0], keys[1], keys[2]}).bits());
  }
  first.insert(Rng({1, 2}).bits());
  first.insert(Rng({0, 0}).bits());
  CHECK(first.size() == 9);
}

TEST_CASE("rng: goes on from a saved state", "[core]") {
  Rng rng({5});
  for (int i = 0; i < 10; ++i) {
    rng.normal();
  }
  Rng saved(rng.state());
  for (int i = 0; i < 100; ++i) {
    REQUIRE(rng.bits() == saved.bits());
  }
}

TEST_CASE("rng: uniform numbers lie from 0 up to 1, with the right moments", "[core]") {
  Rng rng({1});
  constexpr int kDraws = 100000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = rng.uniform();
    REQUIRE((u >= 0 && u < 1));
    sum += u;
    squares += u * u;
  }
  // Bounds of five standard errors.
  CHECK(sum / kDraws == Approx(0.5).margin(5 * std::sqrt(1.0 / 12 / kDraws)));
  CHECK(squares / kDraws == Approx(1.0 / 3).margin(5 * std::sqrt(4.0 / 45 / kDraws)));
}

TEST_CASE("rng: a uniform range is kept to", "[core]") {
  Rng rng({2});
  for (int i = 0; i < 1000; ++i) {
    const double u = rng.uniform(-3, 2);
    REQUIRE((u >= -3 && u < 2));
  }
}

TEST_CASE("rng: normal numbers have the moments of a standard normal", "[core]") {
  Rng rng({3});
  constexpr int kDraws = 100000;
  std::array<double, 5> moments{};
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.normal();
    double power = 1;
    for (double& moment : moments) {
      moment += power / kDraws;
      power *= x;
    }
  }
  CHECK(moments[1] == Approx(0).margin(5 * std::sqrt(1.0 / kDraws)));
  CHECK(moments[2] == Approx(1).margin(5 * std::sqrt(2.0 / kDraws)));
  CHECK(moments[3] == Approx(0).margin(5 * std::sqrt(15.0 / kDraws)));
  CHECK(moments[4] == Approx(3).margin(5 * std::sqrt(96.0 / kDraws)));
}

TEST_CASE("rng: below(n) is uniform over 0 .. n-1", "[core]") {
  Rng rng({4});
  const std::size_t n = GENERATE(1U, 2U, 3U, 7U, 64U);
  constexpr std::size_t kDraws = 64000;
  std::vector<double> counts(n);
  for (std::size_t i = 0; i < kDraws; ++i) {
    ++counts.at(rng.below(n));
  }
  const double expected = static_cast<double>(kDraws) / static_cast<double>(n);
  const double error = std::sqrt(expected);
  for (const double count : counts) {
    CHECK(count == Approx(expected).margin(5 * error));
  }
}

TEST_CASE("rng: below(n) reaches the ends of a large range", "[core]") {
  Rng rng({6});
  constexpr std::size_t kLarge = (std::size_t{1} << 63U) + 1;  // half of all draws are rejected
  std::size_t high = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::size_t x = rng.below(kLarge);
    REQUIRE(x < kLarge);
    high += x > kLarge / 2 ? 1 : 0;
  }
  CHECK(high > 400);
  CHECK(high < 600);
}

TEST_CASE("rng: a chance of 0 never comes and of 1 always", "[core]") {
  Rng rng({7});
  int hits = 0;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE_FALSE(rng.chance(0));
    REQUIRE(rng.chance(1));
    hits += rng.chance(0.25) ? 1 : 0;
  }
  CHECK(hits > 180);
  CHECK(hits < 320);
}
