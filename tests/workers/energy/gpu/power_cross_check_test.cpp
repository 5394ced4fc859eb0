#include "workers/energy/gpu/power_cross_check.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

/// A counter that counts `scale` of what the power says, read each `period` for `time` seconds.
PowerCrossCheck after(double scale, double period, double time, double watts = 200) {
  PowerCrossCheck check;
  for (double t = 0; t <= time; t += period) {
    check.add({t}, {1000 + scale * watts * t}, {watts});
  }
  return check;
}

TEST_CASE("power cross-check: a healthy device agrees", "[workers][energy]") {
  const double scale = GENERATE(0.95, 1.0, 1.1);
  const PowerCrossCheck check = after(scale, 0.1, 11);
  CHECK_FALSE(check.disagrees());
  REQUIRE(check.numbers());
  CHECK(check.numbers()->counted.value == Approx(scale * check.numbers()->integrated.value));
}

TEST_CASE("power cross-check: 15 percent apart is suspect, and a frozen one too",
          "[workers][energy]") {
  CHECK(after(0.57, 0.1, 11).disagrees());  // zeus 181
  CHECK(after(1.25, 0.1, 11).disagrees());
  CHECK(after(0, 0.1, 11).disagrees());
  CHECK(after(1, 0.1, 11, 0).numbers()->counted.value == 0);
  CHECK_FALSE(after(1, 0.1, 11, 0).disagrees());  // both say nothing
}

TEST_CASE("power cross-check: says nothing before a window is whole, nor from rare samples",
          "[workers][energy]") {
  CHECK_FALSE(after(0.5, 0.1, 9).numbers());
  CHECK_FALSE(after(0.5, 2, 60).numbers());
}

TEST_CASE("power cross-check: a miss, or a counter that starts anew, begins a new window",
          "[workers][energy]") {
  PowerCrossCheck check;
  for (int i = 0; i < 95; ++i) {
    check.add({i * 0.1}, {i * 20.0}, {200});
  }
  const bool restarted = GENERATE(true, false);
  if (!restarted) {
    check.miss();
  }
  for (int i = 0; i < 95; ++i) {
    check.add({9.5 + i * 0.1}, {(restarted ? 0 : 5000) + i * 20.0}, {200});
  }
  CHECK_FALSE(check.numbers());
  check.add({19.6}, {(restarted ? 0 : 5000) + 101 * 20.0}, {200});
  REQUIRE(check.numbers());
  CHECK_FALSE(check.disagrees());
}

TEST_CASE("power cross-check: power that tells of the second before is no fault",
          "[workers][energy]") {
  PowerCrossCheck check;
  double counted = 0;
  // 50 W, and 700 W from 9.5 s on; the power is the average over the last second.
  for (int i = 0; i <= 120; ++i) {
    const double t = i * 0.1;
    const double high = std::max(0.0, std::min(1.0, t - 9.5));
    counted += (t > 9.5 ? 700 : 50) * 0.1;
    check.add({t}, {counted}, {50 + 650 * high});
    REQUIRE_FALSE(check.disagrees());
  }
  CHECK(check.numbers());
}

TEST_CASE("power cross-check: what agrees again is trusted again", "[workers][energy]") {
  PowerCrossCheck check;
  double counted = 0;
  for (int i = 0; i <= 250; ++i) {
    counted += i < 105 ? 0 : 20;
    check.add({i * 0.1}, {counted}, {200});
    if (i == 104) {
      CHECK(check.disagrees());
    }
  }
  CHECK_FALSE(check.disagrees());
}

}  // namespace
}  // namespace evolt
