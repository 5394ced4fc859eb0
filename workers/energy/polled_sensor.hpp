#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"
#include "workers/energy/energy_sensor.hpp"

#include <memory>

namespace evolt {

/// Asks a slow meter once a period, on a thread of its own, so that whoever reads it never waits: a
/// read hands out the last answer, with the time at which it was taken. Where the meter has not
/// answered for three periods, that is stale. The destructor waits for a question that is under
/// way. Requires: `sensor` is not nullptr; the clock outlives it.
std::unique_ptr<EnergySensor> poll_each(Seconds period, std::unique_ptr<EnergySensor> sensor,
                                        const Clock& clock);

}  // namespace evolt
