#pragma once

#include "workers/energy/energy_sensor.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace evolt {

/// The same sensor with some of its channels only, in the order given; nullptr where none is left.
/// Requires: `keep` are indices of channels().
std::unique_ptr<EnergySensor> select_channels(std::unique_ptr<EnergySensor> sensor,
                                              std::vector<std::size_t> keep);

}  // namespace evolt
