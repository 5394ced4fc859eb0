#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"

namespace evolt {

/// Calls `read(raw)`, which returns a ReadStatus, and notes when that was.
template <typename Read>
void read_timed(const Clock& clock, ChannelReading& reading, Read&& read) {
  reading = {};
  const Seconds before = clock.now();
  reading.status = read(reading.raw);
  const Seconds after = clock.now();
  reading.taken = (before + after) / 2;
  reading.half_width = (after - before) / 2;
}

}  // namespace evolt
