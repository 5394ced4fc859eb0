#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace evolt::test {

/// Counters that follow the clock: channel i shows `watts(i)` times the time.
class ScriptedSensor final : public EnergySensor {
 public:
  ScriptedSensor(const Clock& clock, std::vector<EnergyChannel> channels,
                 std::function<double(std::size_t)> watts)
      : clock_(clock), channels_(std::move(channels)), watts_(std::move(watts)) {}

  std::string_view name() const override { return "scripted"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }
  void read(std::span<ChannelReading> readings) override {
    for (std::size_t i = 0; i < readings.size(); ++i) {
      const double now = clock_.now().value;
      readings[i] = {.status = ReadStatus::ok,
                     .raw = static_cast<std::uint64_t>(watts_(i) * now / channels_[i].unit),
                     .taken = Seconds{now}};
    }
  }

 private:
  const Clock& clock_;
  std::vector<EnergyChannel> channels_;
  std::function<double(std::size_t)> watts_;
};

inline EnergyChannel package(double step = 0.001) {
  return {.name = "sim:package-0",
          .part = EnergyPart::package,
          .unit = 1e-6,
          .most = Watts{200},
          .step = Seconds{step},
          .label = EnergyLabel::counter_exclusive};
}

inline EnergyChannel card(const std::string& uuid) {
  EnergyChannel channel = package(0.1);
  channel.name = "sim:" + uuid;
  channel.part = EnergyPart::gpu;
  channel.device = uuid;
  channel.most = Watts{400};
  return channel;
}

inline EnergyChannel node() {
  EnergyChannel channel = package(1);
  channel.name = "sim:node";
  channel.part = EnergyPart::node;
  channel.most = Watts{1'000};
  channel.label = EnergyLabel::node_metered;
  return channel;
}

}  // namespace evolt::test
