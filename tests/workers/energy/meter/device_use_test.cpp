#include "workers/energy/meter/device_use.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

namespace evolt {
namespace {

const std::vector<WindowId> kTwo = {1, 2};
const std::vector<double> kHalves = {0.5, 0.5};

SharedSegment segment(double joules, double seconds, std::optional<IdlePower> idle = {}) {
  SharedSegment made{.joules = joules};
  made.time = Seconds{seconds};
  made.idle = idle;
  return made;
}

IdlePower idle_of(double likely, double least, double most) {
  return {Watts{likely}, {least, most}};
}

DeviceUsers users(double first, double second, double others = 0) {
  return {.device = "GPU-a", .windows = {{1, first}, {2, second}}, .others = others};
}

}  // namespace

TEST_CASE("device use: what was drawn while one worked is its own", "[energy]") {
  DeviceUse use;
  use.add(100, Seconds{1}, {}, users(0.9, 0));
  use.add(400, Seconds{2}, {}, users(0, 0.1));
  REQUIRE(use.told());
  const auto loads = use.loads(400, Seconds{2}, {}, kTwo, kHalves);
  CHECK(loads[0].used == Approx(0.25));
  CHECK(loads[1].used == Approx(0.75));
}

TEST_CASE("device use: idle power is not used by anybody, and others have their part", "[energy]") {
  DeviceUse use;
  const IdlePower idle = idle_of(50, 45, 55);
  use.add(150, Seconds{1}, idle, users(0.3, 0.1, 0.4));
  const auto loads = use.loads(150, Seconds{1}, idle, kTwo, kHalves);
  CHECK(loads[0].used == Approx(0.375));
  CHECK(loads[1].used == Approx(0.125));
  const DividedSegment divided = divide_by_use(segment(150, 1, idle), loads);
  CHECK(divided.trials[0].joules == Approx(37.5 + 25));
  CHECK(divided.other == Approx(50));
  CHECK(divided.idle == Approx(0));
}

TEST_CASE("device use: a late answer is waited for, and silence is divided by shares", "[energy]") {
  DeviceUse use;
  use.add(100, Seconds{1}, {}, users(0, 0));
  CHECK_FALSE(use.told());
  use.add(200, Seconds{2}, {}, users(1, 0));
  CHECK(use.loads(200, Seconds{2}, {}, kTwo, kHalves)[0].used == Approx(1));
  use.add(300, Seconds{3}, {}, users(0, 0));
  use.add(700, Seconds{7}, {}, users(0, 0));  // five seconds without anybody
  use.add(800, Seconds{8}, {}, users(0, 1));
  const auto loads = use.loads(1000, Seconds{10}, {}, kTwo, kHalves);
  CHECK(loads[0].used == Approx(0.2 + 0.25 + 0.1));
  CHECK(loads[1].used == Approx(0.1 + 0.25 + 0.1));
}

TEST_CASE("device use: a card that drew less than its idle power is divided by shares",
          "[energy]") {
  DeviceUse use;
  const IdlePower idle = idle_of(50, 40, 60);
  use.add(45, Seconds{1}, idle, users(1, 0));
  const auto loads = use.loads(45, Seconds{1}, idle, kTwo, kHalves);
  CHECK(loads[0].used == Approx(0.5));
  const DividedSegment divided = divide_by_use(segment(45, 1, idle), loads);
  CHECK(divided.trials[0].joules == Approx(22.5));
}

TEST_CASE("device use: each policy gives a card's idle power to whom it says", "[energy]") {
  const std::vector<DeviceLoad> loads = {{.given = 0.25, .used = 0.6}, {.given = 0.5, .used = 0.2}};
  SharedSegment shared = segment(300, 2, idle_of(50, 50, 50));
  const auto first = [&](IdlePolicy policy) {
    shared.policy = policy;
    return divide_by_use(shared, loads).trials[0].joules;
  };
  CHECK(first(IdlePolicy::reserved) == Approx(120 + 25));
  CHECK(first(IdlePolicy::equal) == Approx(120 + 50));
  CHECK(first(IdlePolicy::busy) == Approx(120 + 60));
  CHECK(first(IdlePolicy::none) == Approx(120));
  CHECK(first(IdlePolicy::exclusive) == Approx(120));
}

TEST_CASE("device use: nothing but idle power is claimed for certain", "[energy]") {
  const std::vector<DeviceLoad> loads = {{.given = 0.5, .used = 0.9}, {.given = 0.5, .used = 0.1}};
  const TrialPart part = divide_by_use(segment(300, 1, idle_of(100, 80, 120)), loads).trials[1];
  CHECK(part.bounds.lower == Approx(40));  // half of the least idle power, nothing above
  CHECK(part.bounds.upper == Approx(300 - 40));
  const TrialPart blind = divide_by_use(segment(300, 1), loads).trials[1];
  CHECK(blind.bounds.lower == Approx(0));
  CHECK(blind.bounds.upper == Approx(300));
}

TEST_CASE("device use: truth lies within whatever the driver says, and all adds up", "[energy]") {
  Rng rng{20};
  const auto uniform = [&](double low, double high) { return low + (high - low) * rng.uniform(); };
  for (int host = 0; host < 5'000; ++host) {
    const auto count = static_cast<std::size_t>(2 + rng.below(3));
    const double idle = uniform(20, 80);
    const IdlePower known = idle_of(idle * uniform(0.9, 1.1), 0.9 * idle, 1.1 * idle);
    std::vector<WindowId> ids;
    std::vector<double> given;
    std::vector<double> truth(count, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
      ids.push_back(i + 1);
      given.push_back(1.0 / static_cast<double>(count));
    }
    DeviceUse use;
    double joules = 0;
    for (int second = 1; second <= 20; ++second) {
      DeviceUsers told{.device = "GPU-a"};
      joules += idle;
      for (std::size_t i = 0; i < count; ++i) {
        const double watts = rng.uniform() < 0.3 ? 0 : uniform(0, 100);
        joules += watts;
        truth[i] += watts + idle * given[i];
        told.windows.emplace_back(ids[i], rng.uniform() < 0.5 ? 0 : rng.uniform());  // any nonsense
      }
      const double others = uniform(0, 30);
      joules += others;
      told.others = rng.uniform();
      use.add(joules, Seconds{static_cast<double>(second)}, known, told);
    }
    const SharedSegment shared = segment(joules, 20, known);
    const auto loads = use.loads(joules, Seconds{20}, known, ids, given);
    const DividedSegment divided = divide_by_use(shared, loads);
    double sum = divided.other + divided.idle;
    for (std::size_t i = 0; i < count; ++i) {
      const TrialPart& part = divided.trials[i];
      sum += part.joules;
      const bool within =
          part.bounds.lower <= truth[i] + 1e-9 && truth[i] <= part.bounds.upper + 1e-9;
      const bool inside =
          part.bounds.lower <= part.joules + 1e-9 && part.joules <= part.bounds.upper + 1e-9;
      if (!within || !inside) {
        FAIL("host " << host << ": " << truth[i] << ", " << part.joules << " not in "
                     << part.bounds.lower << " .. " << part.bounds.upper);
      }
    }
    if (std::abs(sum - joules) > 1e-6) {
      FAIL("host " << host << ": " << sum << " of " << joules);
    }
  }
  SUCCEED();
}

}  // namespace evolt
