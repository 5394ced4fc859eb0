#include "workers/energy/polled_sensor.hpp"

#include "tests/workers/energy/fixture_host.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>

namespace evolt {
namespace {

/// Answers how often it was asked.
class SlowMeter final : public EnergySensor {
 public:
  SlowMeter(std::atomic<int>& asked, const Clock& clock) : asked_(asked), clock_(clock) {}
  std::string_view name() const override { return "slow"; }
  std::span<const EnergyChannel> channels() const override { return {&channel_, 1}; }
  void read(std::span<ChannelReading> readings) override {
    readings[0] = {.status = ReadStatus::ok,
                   .raw = static_cast<std::uint64_t>(++asked_),
                   .taken = clock_.now()};
  }

 private:
  EnergyChannel channel_{.name = "slow:node"};
  std::atomic<int>& asked_;
  const Clock& clock_;
};

TEST_CASE("A polled meter is asked by its own thread, not by who reads it", "[workers][energy]") {
  std::atomic<int> asked = 0;
  const ManualClock clock;
  const auto sensor = poll_each(Seconds{3600}, std::make_unique<SlowMeter>(asked, clock), clock);
  CHECK(sensor->name() == "slow");
  CHECK(sensor->channels()[0].name == "slow:node");
  for (int i = 0; i < 100; ++i) {
    CHECK(read_all(*sensor)[0].raw == 1);
  }
  CHECK(asked == 1);
}

TEST_CASE("A polled meter is asked again and again", "[workers][energy]") {
  std::atomic<int> asked = 0;
  const ManualClock clock;
  const auto sensor = poll_each(Seconds{0.001}, std::make_unique<SlowMeter>(asked, clock), clock);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (read_all(*sensor)[0].raw < 5 && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  CHECK(read_all(*sensor)[0].raw >= 5);
}

TEST_CASE("An answer that is three periods old is stale", "[workers][energy]") {
  std::atomic<int> asked = 0;
  ManualClock clock;
  const auto sensor = poll_each(Seconds{3600}, std::make_unique<SlowMeter>(asked, clock), clock);
  clock.advance(Seconds{3 * 3600.0});
  CHECK(read_all(*sensor)[0].status == ReadStatus::ok);
  clock.advance(Seconds{1});
  CHECK(read_all(*sensor)[0].status == ReadStatus::stale);
  CHECK(read_all(*sensor)[0].taken == Seconds{0});
}

}  // namespace
}  // namespace evolt
