#include "workers/energy/meter/attribution.hpp"

#include "core/rng.hpp"
#include "workers/energy/meter/idle_power.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace evolt {
namespace {

TrialLoad load(double cpu, double reserved = 0) {
  return {.cpu = Interval{cpu, cpu}, .reserved = reserved};
}

/// 1,000 J in 10 s, of which 400 J are idle, and 10 CPU-seconds.
SharedSegment segment(IdlePolicy policy) {
  return {.joules = 1000,
          .time = Seconds{10},
          .idle = IdlePower{Watts{40}, {40, 40}},
          .busy = {10, 10},
          .ratio = 2,
          .policy = policy};
}

double sum(const DividedSegment& divided) {
  double all = divided.other + divided.idle;
  for (const TrialPart& part : divided.trials) {
    all += part.joules;
  }
  return all;
}

}  // namespace

TEST_CASE("attribution: the share of a trial lies where the ratio allows", "[energy]") {
  CHECK(dynamic_share(0.5, 2).lower == Approx(1 / 3.0));
  CHECK(dynamic_share(0.5, 2).upper == Approx(2 / 3.0));
  CHECK(dynamic_share(0.5, 1.5).lower == Approx(0.4));
  CHECK(dynamic_share(0.9, 2).lower == Approx(0.82).margin(0.005));
  CHECK(dynamic_share(0.9, 2).upper == Approx(0.95).margin(0.005));
  CHECK(dynamic_share(0, 2) == Interval{0, 0});
  CHECK(dynamic_share(1, 2) == Interval{1, 1});
}

TEST_CASE("attribution: each idle policy gives the idle power to whom it says", "[energy]") {
  // 6 and 3 CPU-seconds of trials and 1 of others share 600 J.
  const std::vector<TrialLoad> loads = {load(6, 0.5), load(3, 0.25)};
  struct Case {
    IdlePolicy policy;
    double first, second, other, idle;
  };
  const auto [policy, first, second, other, idle] =
      GENERATE(values<Case>({{IdlePolicy::reserved, 360 + 200, 180 + 100, 60, 100},
                             {IdlePolicy::equal, 360 + 200, 180 + 200, 60, 0},
                             {IdlePolicy::busy, 360 + 240, 180 + 120, 60 + 40, 0},
                             {IdlePolicy::none, 360, 180, 60, 400},
                             {IdlePolicy::exclusive, 360, 180, 60, 400}}));
  const DividedSegment divided = divide_by_cpu(segment(policy), loads);
  CHECK(divided.trials[0].joules == Approx(first));
  CHECK(divided.trials[1].joules == Approx(second));
  CHECK(divided.other == Approx(other));
  CHECK(divided.idle == Approx(idle).margin(1e-9));
}

TEST_CASE("attribution: alone, the exclusive policy gives all idle power", "[energy]") {
  const DividedSegment divided =
      divide_by_cpu(segment(IdlePolicy::exclusive), std::vector{load(10)});
  CHECK(divided.trials[0].joules == Approx(1000));
  CHECK(divided.trials[0].bounds.lower == Approx(1000));
  CHECK(divided.trials[0].bounds.upper == Approx(1000));
}

TEST_CASE("attribution: cores given twice are not more than the host", "[energy]") {
  const DividedSegment divided =
      divide_by_cpu(segment(IdlePolicy::reserved), std::vector{load(5, 0.9), load(5, 0.9)});
  CHECK(divided.trials[0].joules == Approx(500));
  CHECK(divided.idle == Approx(0).margin(1e-9));
}

TEST_CASE("attribution: who came late has idle power for the time that it was there", "[energy]") {
  std::vector<TrialLoad> loads = {load(5, 0.5), load(5, 0.5)};
  loads[1].present = 0.5;
  const DividedSegment divided = divide_by_cpu(segment(IdlePolicy::reserved), loads);
  CHECK(divided.trials[1].joules == Approx(300 + 100));
  CHECK(divided.idle == Approx(100));
}

TEST_CASE("attribution: unknown idle power widens the bounds", "[energy]") {
  SharedSegment unknown = segment(IdlePolicy::reserved);
  unknown.idle.reset();
  const std::vector<TrialLoad> loads = {load(1, 0.5), load(9, 0.5)};
  const DividedSegment divided = divide_by_cpu(unknown, loads);
  CHECK(divided.trials[0].joules == Approx(100));
  CHECK(divided.trials[0].bounds.lower < 100);
  CHECK(divided.trials[0].bounds.upper == Approx(500));  // if all of it was idle power
  CHECK(sum(divided) == Approx(1000));
}

TEST_CASE("attribution: a trial whose processor time is unknown may have used anything",
          "[energy]") {
  std::vector<TrialLoad> loads = {load(4, 0.5), {.cpu = std::nullopt, .reserved = 0.5}};
  const DividedSegment divided = divide_by_cpu(segment(IdlePolicy::none), loads);
  CHECK(divided.trials[1].joules == Approx(360));
  CHECK(divided.trials[1].bounds == Interval{0, 600});
  CHECK(divided.other == Approx(0));
  CHECK(sum(divided) == Approx(1000));
}

TEST_CASE("attribution: where nobody worked, nobody has the energy", "[energy]") {
  SharedSegment quiet = segment(IdlePolicy::reserved);
  quiet.busy = {0, 0};
  const DividedSegment divided = divide_by_cpu(quiet, std::vector{load(0, 0.5)});
  CHECK(divided.trials[0].joules == Approx(200));
  CHECK(divided.other == 0);
  CHECK(divided.idle == Approx(800));
  CHECK(sum(divided) == Approx(1000));
}

TEST_CASE("attribution: a device is its holder's, or shared without knowing", "[energy]") {
  CHECK(divide_device(700, {}).idle == 700);
  const DividedSegment alone = divide_device(700, std::vector{0.5});
  CHECK(alone.trials[0].joules == 700);
  CHECK(alone.trials[0].bounds == Interval{700, 700});
  const DividedSegment slices = divide_device(700, std::vector{1 / 7.0, 3 / 7.0});
  CHECK(slices.trials[0].joules == Approx(100));
  CHECK(slices.trials[1].joules == Approx(300));
  CHECK(slices.trials[1].bounds == Interval{0, 700});
  CHECK(slices.idle == Approx(300));
  const DividedSegment twice = divide_device(700, std::vector{1.0, 1.0});
  CHECK(twice.trials[0].joules == Approx(350));
  CHECK(twice.idle == Approx(0));
}

TEST_CASE("attribution: the rest of a node is divided like idle power", "[energy]") {
  const DividedSegment divided =
      divide_residual(segment(IdlePolicy::reserved), std::vector{load(6, 0.5), load(3, 0.25)});
  CHECK(divided.trials[0].joules == Approx(500));
  CHECK(divided.trials[1].joules == Approx(250));
  CHECK(divided.idle == Approx(250));
}

TEST_CASE("attribution: holds for any mix within the ratio, and adds up", "[energy]") {
  Rng rng({2026, 1});
  for (int mix = 0; mix < 20'000; ++mix) {
    const double ratio = rng.uniform(1, 3);
    const std::size_t n = 1 + rng.below(8);
    const double least = rng.uniform(1, 20);
    const double bottom = rng.uniform(0, 500);
    std::vector<TrialLoad> loads;
    std::vector<double> truth;
    double busy = 0;
    double dynamic = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double cpu = rng.uniform(0, 10);
      // Corners more often than the middle.
      const double watts =
          least * (rng.chance(0.5) ? (rng.chance(0.5) ? 1 : ratio) : rng.uniform(1, ratio));
      loads.push_back(load(cpu, 1 / static_cast<double>(n + 1)));
      truth.push_back(cpu * watts + bottom / static_cast<double>(n + 1));
      busy += cpu;
      dynamic += cpu * watts;
    }
    const double others = rng.uniform(0, 3);
    dynamic += others * least * rng.uniform(1, ratio);
    busy += others;
    const SharedSegment whole{.joules = dynamic + bottom,
                              .time = Seconds{1},
                              .idle = IdlePower{Watts{bottom}, {bottom, bottom}},
                              .busy = {busy, busy},
                              .ratio = ratio};
    const DividedSegment divided = divide_by_cpu(whole, loads);
    REQUIRE(sum(divided) == Approx(whole.joules).epsilon(1e-12));
    for (std::size_t i = 0; i < n; ++i) {
      const Interval bounds = divided.trials[i].bounds;
      REQUIRE(bounds.lower <= truth[i] * (1 + 1e-12));
      REQUIRE(bounds.upper >= truth[i] * (1 - 1e-12));
      REQUIRE(bounds.lower <= divided.trials[i].joules);
      REQUIRE(bounds.upper >= divided.trials[i].joules);
    }
  }
}

TEST_CASE("idle power: the median of half a minute of rest, and its range", "[energy]") {
  IdleEstimate idle;
  for (int i = 0; i < 2; ++i) {
    idle.add(Seconds{10}, {400, 420});
  }
  idle.add(Seconds{0.1}, {900, 900});
  CHECK_FALSE(idle.power());
  idle.add(Seconds{10}, {600, 600});
  REQUIRE(idle.power());
  CHECK(idle.power()->likely.value == Approx(41));
  CHECK(idle.power()->watts.lower == Approx(40));
  CHECK(idle.power()->watts.upper == Approx(60));
}

TEST_CASE("idle power: what readers before have seen stands in until half a minute was seen",
          "[energy]") {
  const IdlePower before{.likely = {50}, .watts = {48, 53}};
  IdleEstimate idle;
  idle.know(before);
  CHECK(idle.power() == before);
  CHECK_FALSE(idle.learnt());
  idle.add(Seconds{30}, {1200, 1200});
  CHECK(idle.learnt());
  CHECK(idle.power()->likely.value == Approx(40));
}

}  // namespace evolt
