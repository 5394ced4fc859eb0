#include "workers/energy/sensor_probe.hpp"

#include <algorithm>

namespace evolt {
namespace {

std::optional<Seconds> median(std::vector<Seconds>& times) {
  if (times.empty()) {
    return std::nullopt;
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

/// The changes of one channel's value.
struct Changes {
  std::optional<std::uint64_t> value;
  std::optional<Seconds> last;  ///< change; the time before the first one is cut off
  std::vector<Seconds> between;

  void see(const ChannelReading& reading) {
    if (reading.status != ReadStatus::ok) {
      return;
    }
    if (value && *value != reading.raw) {
      if (last) {
        between.push_back(reading.taken - *last);
      }
      last = reading.taken;
    }
    value = reading.raw;
  }
};

}  // namespace

std::vector<ChannelProbe> probe_sensor(EnergySensor& sensor, const Clock& clock,
                                       const ProbeOptions& options) {
  const std::size_t count = sensor.channels().size();
  std::vector<ChannelReading> readings(count);
  std::vector<std::vector<Seconds>> costs(count);
  for (int i = 0; i < options.reads; ++i) {
    sensor.read(readings);
    for (std::size_t k = 0; k < count; ++k) {
      if (readings[k].status == ReadStatus::ok) {
        costs[k].push_back(2 * readings[k].half_width);
      }
    }
  }
  std::vector<Changes> changes(count);
  const Seconds end = clock.now() + options.longest;
  const auto enough = [&](const Changes& each) {
    return each.between.size() >= static_cast<std::size_t>(options.changes);
  };
  while (clock.now() < end && !std::all_of(changes.begin(), changes.end(), enough)) {
    sensor.read(readings);
    for (std::size_t k = 0; k < count; ++k) {
      changes[k].see(readings[k]);
    }
  }
  std::vector<ChannelProbe> probes(count);
  for (std::size_t k = 0; k < count; ++k) {
    probes[k] = {.read = median(costs[k]), .step = median(changes[k].between)};
  }
  return probes;
}

}  // namespace evolt
