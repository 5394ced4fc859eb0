#include "workers/energy/gpu/counter_probe.hpp"

#include <catch2/catch.hpp>

#include <cmath>

namespace evolt {
namespace {

using Values = std::vector<std::optional<std::uint64_t>>;

TEST_CASE("counter probe: finds each counter's step and rate", "[workers][energy]") {
  ManualClock clock;
  clock.set({100});
  // 250 W in steps of 20 ms, and 60 W in steps of 100 ms.
  const auto read = [&] {
    const double t = clock.now().value + 1e-9;
    return Values{static_cast<std::uint64_t>(std::floor(t / 0.02) * 0.02 * 250e3 + 0.5),
                  static_cast<std::uint64_t>(std::floor(t / 0.1) * 0.1 * 60e3 + 0.5)};
  };
  const auto steps = probe_steps(read, clock, {1}, [&] { clock.advance({0.001}); });
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].step.value == Approx(0.02).margin(0.001));
  CHECK(steps[1].step.value == Approx(0.1).margin(0.001));
  CHECK(steps[0].counts / steps[0].between.value == Approx(250e3).epsilon(0.05));
  CHECK(steps[1].counts / steps[1].between.value == Approx(60e3).epsilon(0.05));
  CHECK(clock.now().value < 100.8);  // six changes of the slower one suffice
}

TEST_CASE("counter probe: says which stood still, could not be read, or moved once",
          "[workers][energy]") {
  ManualClock clock;
  const auto read = [&] { return Values{7, std::nullopt, clock.now().value < 0.5 ? 1 : 2}; };
  const auto steps = probe_steps(read, clock, {1}, [&] { clock.advance({0.01}); });
  CHECK(steps[0].read);
  CHECK_FALSE(steps[0].moved);
  CHECK_FALSE(steps[1].read);
  CHECK(steps[2].moved);
  CHECK(steps[2].step.value == Approx(1).margin(0.011));
  CHECK(steps[2].between.value == 0);
  CHECK(clock.now().value == Approx(1).margin(0.011));
}

TEST_CASE("counter probe: nothing to read takes no time", "[workers][energy]") {
  ManualClock clock;
  CHECK(probe_steps([] { return Values{}; }, clock, {1}, [] { FAIL("waited"); }).empty());
}

}  // namespace
}  // namespace evolt
