#include "core/clock.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

TEST_CASE("clock: a manual clock moves only when it is told to", "[core]") {
  ManualClock clock;
  CHECK(clock.now() == Seconds{0});
  clock.advance({2.5});
  clock.advance({0.5});
  CHECK(clock.now() == Seconds{3});
  clock.set({100});
  CHECK(clock.now() == Seconds{100});
  CHECK(clock.wall() == clock.now());
}

TEST_CASE("clock: the system's does not go backwards and knows the century", "[core]") {
  const SystemClock clock;
  const Seconds first = clock.now();
  CHECK(clock.now() >= first);
  CHECK(clock.wall() > Seconds{1.7e9});
}
