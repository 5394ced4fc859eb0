#include "workers/energy/mirrored_counters.hpp"

#include <chrono>
#include <cmath>
#include <thread>

namespace evolt {
namespace {

// Twenty updates of a counter, so that two dies that happen to agree have time to part.
constexpr Seconds kApart{0.02};
// Two reads of one counter lie one update apart at most: 1 ms at 1 kW.
constexpr double kTolerance = 1.0;  // J

}  // namespace

void pause_really(Seconds time) {
  std::this_thread::sleep_for(std::chrono::duration<double>(time.value));
}

std::vector<std::optional<std::size_t>> mirrored_packages(EnergySensor& sensor,
                                                          const Pause& pause) {
  const auto channels = sensor.channels();
  std::vector<std::optional<std::size_t>> mirrors(channels.size());
  std::vector<ChannelReading> before(channels.size());
  std::vector<ChannelReading> after(channels.size());
  const auto dies_of_one_socket = [&](std::size_t i, std::size_t j) {
    return channels[i].part == EnergyPart::package && channels[j].part == EnergyPart::package &&
           channels[i].package == channels[j].package;
  };
  bool any = false;
  for (std::size_t j = 0; j < channels.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      any = any || dies_of_one_socket(i, j);
    }
  }
  if (!any) {
    return mirrors;
  }
  sensor.read(before);
  pause(kApart);
  sensor.read(after);
  const auto alike = [&](const std::vector<ChannelReading>& readings, std::size_t i,
                         std::size_t j) {
    if (readings[i].status != ReadStatus::ok || readings[j].status != ReadStatus::ok) {
      return false;
    }
    const double a = static_cast<double>(readings[i].raw) * channels[i].unit;
    const double b = static_cast<double>(readings[j].raw) * channels[j].unit;
    return std::abs(a - b) <= kTolerance;
  };
  for (std::size_t j = 0; j < channels.size(); ++j) {
    for (std::size_t i = 0; i < j && !mirrors[j]; ++i) {
      if (dies_of_one_socket(i, j) && !mirrors[i] && alike(before, i, j) && alike(after, i, j)) {
        mirrors[j] = i;
      }
    }
  }
  return mirrors;
}

}  // namespace evolt
