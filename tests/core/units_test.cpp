#include "core/units.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

namespace {

template <typename A, typename B>
concept Addable = requires(A a, B b) {
  a + b;
};

}  // namespace

TEST_CASE("units: power times time is energy", "[core]") {
  CHECK(Watts{50} * Seconds{4} == Joules{200});
  CHECK(Joules{200} / Seconds{4} == Watts{50});
  CHECK(Joules{200} / Joules{50} == 4.0);
}

TEST_CASE("units: quantities add, scale and compare among themselves only", "[core]") {
  Seconds total{1};
  total += {2};
  total -= {0.5};
  CHECK(total == Seconds{2.5});
  CHECK(total * 2 == 2 * total);
  CHECK(total / 5 == Seconds{0.5});
  CHECK(Seconds{1} - Seconds{3} < Seconds{0});
  STATIC_REQUIRE(Addable<Seconds, Seconds>);
  STATIC_REQUIRE_FALSE(Addable<Seconds, Joules>);
  STATIC_REQUIRE_FALSE(Addable<Seconds, double>);
}
