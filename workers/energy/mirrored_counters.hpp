#pragma once

#include "core/units.hpp"
#include "workers/energy/energy_sensor.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace evolt {

/// Lets time pass between two reads; a test moves its fixture instead.
using Pause = std::function<void(Seconds)>;

/// Sleeps.
void pause_really(Seconds time);

/// Which package counters are another one shown twice, as for the dies of some sockets: those of
/// one socket that agree within a joule now and after a while. Two counters of their own, of a
/// range of tens of kilojoules, do not. Only then does time pass. Shape: one for each channel; the
/// index of the one it mirrors, or nullopt.
std::vector<std::optional<std::size_t>> mirrored_packages(EnergySensor& sensor, const Pause& pause);

}  // namespace evolt
