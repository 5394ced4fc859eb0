#pragma once

#include "core/units.hpp"
#include "workers/energy/wanted_sensors.hpp"

#include <optional>

namespace evolt {

/// How long a phase of a trial must last here to have a figure: ten steps of the slowest meter that
/// counts, and of processor time, and a step and a tenth of a second more, for the edges of a phase
/// are read a little later than they are. `gpus`: the trial has some. The meter of a whole node
/// counts where nothing else does; elsewhere it is left out of short phases. nullopt: nothing is
/// measured. Pure.
std::optional<Seconds> shortest_phase(const MeasuredBy& by, bool gpus);

}  // namespace evolt
