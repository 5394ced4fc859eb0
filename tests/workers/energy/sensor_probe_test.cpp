#include "workers/energy/sensor_probe.hpp"

#include "tests/workers/energy/fixture_host.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

namespace evolt {
namespace {

/// Two counters on a clock of its own: each read takes 10 us; the first steps each 1 ms, the second
/// does as the test says.
class Meter final : public EnergySensor {
 public:
  explicit Meter(ManualClock& clock) : clock_(clock) {}
  std::string_view name() const override { return "meter"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }
  void read(std::span<ChannelReading> readings) override {
    clock_.advance(Seconds{10e-6});
    ++reads;
    const Seconds now = clock_.now();
    readings[0] = {.status = ReadStatus::ok,
                   .raw = static_cast<std::uint64_t>(now.value / 1e-3),
                   .taken = now,
                   .half_width = Seconds{5e-6}};
    readings[1] = {.status = second,
                   .raw = static_cast<std::uint64_t>(now.value / slow.value),
                   .taken = now,
                   .half_width = Seconds{2e-3}};
  }

  ReadStatus second = ReadStatus::ok;
  Seconds slow{0.1};
  int reads = 0;

 private:
  ManualClock& clock_;
  std::vector<EnergyChannel> channels_{2};
};

TEST_CASE("A probe tells the cost of a read and the step of a counter", "[workers][energy]") {
  ManualClock clock;
  Meter meter(clock);
  const auto probes = probe_sensor(meter, clock);
  REQUIRE(probes.size() == 2);
  CHECK(probes[0].read->value == Approx(10e-6));
  CHECK(probes[0].step->value == Approx(1e-3).epsilon(0.02));
  CHECK(probes[1].read->value == Approx(4e-3));
  CHECK(probes[1].step->value == Approx(0.1).epsilon(0.02));
  CHECK(clock.now().value == Approx(1).epsilon(0.01));
}

TEST_CASE("A probe ends early when it has seen enough", "[workers][energy]") {
  ManualClock clock;
  Meter meter(clock);
  meter.slow = Seconds{2e-3};
  probe_sensor(meter, clock);
  CHECK(clock.now().value < 0.05);
}

TEST_CASE("A probe knows no step of what stands still, and no cost of what fails",
          "[workers][energy]") {
  ManualClock clock;
  Meter meter(clock);
  SECTION("frozen") {
    meter.slow = Seconds{1e6};
    CHECK(probe_sensor(meter, clock)[1].step == std::nullopt);
  }
  SECTION("a single change is none between two") {
    meter.slow = Seconds{0.7};
    CHECK(probe_sensor(meter, clock)[1].step == std::nullopt);
  }
  SECTION("failing") {
    meter.second = ReadStatus::stale;
    const auto probes = probe_sensor(meter, clock);
    CHECK(probes[1].read == std::nullopt);
    CHECK(probes[1].step == std::nullopt);
    CHECK(probes[0].step != std::nullopt);
  }
  CHECK(meter.reads > 50);
}

}  // namespace
}  // namespace evolt
