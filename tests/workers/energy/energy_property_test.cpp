#include "core/rng.hpp"
#include "tests/workers/energy/simulated_host.hpp"
#include "workers/energy/meter/accumulator.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <optional>
#include <vector>

namespace evolt {
namespace {

using test::MixFigures;
using test::MixOptions;

/// One counter over one random curve of power, read on a random schedule.
struct CounterRun {
  EnergyChannel channel;
  test::SimulatedCounter counter;
  test::TrueEnergy energy{0};
};

CounterRun random_run(Rng& rng) {
  const double most = std::pow(10, rng.uniform(0.5, 3));
  const double step = std::pow(10, rng.uniform(-3, 0));
  const double unit = std::pow(10, rng.uniform(-6, -1));
  CounterRun run{.channel = {.name = "c", .unit = unit, .most = Watts{most}, .step = Seconds{step}},
                 .counter = {.unit = unit, .step = step, .phase = rng.uniform(0, step)}};
  if (rng.chance(0.7)) {
    // As narrow as a guard of a tenth of a second can bear, up to 48 bits.
    const double least = 4 * most * std::max(0.1, 4 * step) / unit + 16;
    const auto bits = static_cast<std::uint64_t>(std::ceil(std::log2(least)));
    run.counter.modulus = std::uint64_t{1}
                          << (bits + rng.below(48 - std::min<std::uint64_t>(47, bits)));
    run.channel.modulus = run.counter.modulus;
    run.counter.offset = rng.bits() % run.counter.modulus;
  } else {
    run.counter.offset = rng.bits() >> 20U;
  }
  return run;
}

double random_power(Rng& rng, double most) {
  // Never quite at rest: a counter that stands still counts as frozen.
  const double least = 0.2;
  return rng.chance(0.3) ? most : rng.chance(0.3) ? least : rng.uniform(least, most);
}

}  // namespace

TEST_CASE("property: without drops a counter is recovered within one step", "[energy]") {
  Rng rng({6, 1});
  for (int i = 0; i < 2'000; ++i) {
    CounterRun run = random_run(rng);
    Accumulator all(run.channel);
    const double guard = guard_period(run.channel).value;
    const double most = run.channel.most.value;
    double t = 10;
    run.energy.set(t, random_power(rng, most));
    t += 2 * run.counter.step;
    all.add(
        {.status = ReadStatus::ok, .raw = run.counter.read(run.energy, t), .taken = Seconds{t}});
    const EnergyMark first = all.mark(Seconds{t});
    const double truth_before = run.energy.at(t);
    for (int read = 0; read < 50; ++read) {
      const double until = t + rng.uniform(0, guard);
      while (t < until) {
        t = std::min(until, t + rng.uniform(0, guard / 3) + 1e-6);
        run.energy.set(t, random_power(rng, most));
      }
      all.add(
          {.status = ReadStatus::ok, .raw = run.counter.read(run.energy, t), .taken = Seconds{t}});
      const EnergySpan span = all.between(first, all.mark(Seconds{t}));
      const double truth = run.energy.at(t) - truth_before;
      const double step = most * run.counter.step + run.channel.unit;
      REQUIRE(std::abs(span.counted.value - truth) <= step * (1 + 1e-9));
      REQUIRE(span.bounds().lower <= truth + 1e-6);
      REQUIRE(span.bounds().upper >= truth - 1e-6);
      REQUIRE(span.gap == Seconds{0});
    }
  }
}

TEST_CASE("property: truth is within the bounds whatever is dropped, reset or frozen", "[energy]") {
  Rng rng({6, 2});
  std::size_t with_gaps = 0;
  for (int i = 0; i < 2'000; ++i) {
    CounterRun run = random_run(rng);
    Accumulator all(run.channel);
    const double guard = guard_period(run.channel).value;
    const double most = run.channel.most.value;
    double t = 10;
    double frozen_until = 0;
    std::uint64_t frozen = 0;
    run.energy.set(t, random_power(rng, most));
    std::vector<std::pair<EnergyMark, double>> marks;
    for (int read = 0; read < 60; ++read) {
      // Sometimes the reader itself is late, by many wraps.
      const double until = t + (rng.chance(0.05) ? 12 * guard : rng.uniform(0, guard));
      while (t < until) {
        t = std::min(until, t + rng.uniform(0, guard) + 1e-6);
        run.energy.set(t, random_power(rng, most));
      }
      ChannelReading reading{.status = ReadStatus::ok, .taken = Seconds{t}};
      if (rng.chance(0.25)) {
        reading.status = static_cast<ReadStatus>(1 + rng.below(5));
        if (reading.status == ReadStatus::gone && frozen_until > 0) {
          reading.status = ReadStatus::stale;  // one that begins frozen cannot be told either
        }
      }
      if (rng.chance(0.05)) {  // the driver was loaded again; it says so by going away
        all.add({.status = ReadStatus::gone, .taken = Seconds{t}});
        run.counter.offset = rng.below(1'000);
        frozen_until = 0;
      }
      if (reading.status == ReadStatus::ok && frozen_until == 0 && rng.chance(0.03)) {
        frozen = run.counter.read(run.energy, t);
        // A shorter one cannot be told from a machine at rest.
        frozen_until = t + std::max(10 * run.counter.step, run.channel.unit / 0.1) +
                       rng.uniform(1e-3, 5 * guard);
      }
      const bool thawed = t >= frozen_until && reading.status == ReadStatus::ok;
      reading.raw = frozen_until > 0 && !thawed ? frozen : run.counter.read(run.energy, t);
      if (thawed && frozen_until > 0) {
        // It goes on from where it stood: what it skipped is lost for good.
        const std::uint64_t now = run.counter.read(run.energy, t);
        const std::uint64_t wrap = run.counter.modulus;
        run.counter.offset = wrap > 0 ? (run.counter.offset + frozen + wrap - now) % wrap
                                      : run.counter.offset + frozen - now;
        reading.raw = frozen;
        frozen_until = 0;
      }
      all.add(reading);
      marks.emplace_back(all.mark(Seconds{t}), run.energy.at(t));
    }
    for (std::size_t a = 0; a < marks.size(); a += 1 + rng.below(5)) {
      for (std::size_t b = a + 1; b < marks.size(); b += 1 + rng.below(5)) {
        const EnergySpan span = all.between(marks[a].first, marks[b].first);
        const double truth = marks[b].second - marks[a].second;
        const double slack = 1e-9 * marks[b].second;
        INFO("run " << i << " marks " << a << " " << b << " truth " << truth << " bounds "
                    << span.bounds().lower << " " << span.bounds().upper << " gap "
                    << span.gap.value << " of " << span.time.value);
        REQUIRE(span.bounds().lower <= truth + slack);
        REQUIRE(span.bounds().upper >= truth - slack);
        with_gaps += span.gap.value > 0;
      }
    }
  }
  CHECK(with_gaps > 10'000);
}

TEST_CASE("property: truth is within the bounds in all of 10,000 random mixes, and nothing is lost",
          "[energy]") {
  Rng rng({6, 3});
  std::size_t trials = 0;
  std::size_t missing = 0;
  for (std::uint64_t mix = 0; mix < 10'000; ++mix) {
    MixOptions options;
    options.slots = 1 + rng.below(8);
    options.idle_watts = rng.uniform(5, 120);
    options.ratio = rng.uniform(1, 3);
    options.account.cpu_ratio = options.ratio;
    options.free_watts = rng.chance(0.5);
    if (!options.free_watts && rng.chance(0.5)) {
      options.drift = rng.chance(0.3) ? 0 : rng.uniform(0, 0.05);
      options.account.steadiness = options.drift;
      // Drift must not carry anybody out of the band.
      options.account.cpu_ratio = options.ratio * (1 + options.drift) / (1 - options.drift);
    } else {
      options.drift = 0;
    }
    options.others = rng.chance(0.5) ? 0 : rng.uniform(0, 8);
    options.seconds = rng.uniform(5, 60);
    options.shortest = 0.5;
    options.longest = 30;
    options.rest = rng.chance(0.8) ? 35 : 5;  // now and then idle power is not known
    options.period = rng.uniform(0.2, 10);
    options.fail = rng.chance(0.3) ? rng.uniform(0, 0.3) : 0;
    options.gain = rng.chance(0.5) ? 0.05 : 0;
    options.granularity = rng.chance(0.3) ? 0.01 : 0;
    const MixFigures figures = test::run_mixes(options, 1, 1'000 + mix);
    INFO("mix " << mix << ": slots " << options.slots << ", ratio " << options.ratio << ", free "
                << options.free_watts << ", drift " << options.drift << ", steady "
                << options.account.steadiness.value_or(-1) << ", others " << options.others
                << ", rest " << options.rest << ", period " << options.period << ", fail "
                << options.fail << ", gain " << options.gain << ", granularity "
                << options.granularity);
    REQUIRE(figures.outside == 0);
    REQUIRE(figures.worst_balance <= 1e-9);
    trials += figures.trials;
    missing += figures.missing;
  }
  CHECK(trials > 50'000);
  CHECK(missing < trials / 100);
}

TEST_CASE("property: the bounds are sharp, and order trials as truth does", "[energy]") {
  MixOptions alone{.slots = 1, .gain = 0.03};
  const MixFigures exclusive = test::run_mixes(alone, 300, 4);
  CHECK(exclusive.outside == 0);
  CHECK(exclusive.median(exclusive.half_widths) <= 0.05);

  MixOptions eight;
  eight.account.cpu_ratio = 1.5;
  const MixFigures shared = test::run_mixes(eight, 300, 5);
  CHECK(shared.outside == 0);
  CHECK(shared.median(shared.half_widths) <= 0.20);
  CHECK(shared.spearman >= 0.9);
  std::cout << "bounds: half-width alone " << exclusive.median(exclusive.half_widths)
            << ", eight slots " << shared.median(shared.half_widths) << "; Spearman "
            << shared.spearman << ", ties " << shared.ties << '\n';
}

}  // namespace evolt
