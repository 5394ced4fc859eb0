#pragma once

#include "workers/energy/gpu/visible_gpus.hpp"
#include "workers/energy/meter/host_account.hpp"

#include <span>
#include <string>
#include <vector>

namespace evolt {

/// What of a host's measured cards (`devices`, their UUIDs) a command may use: of NVIDIA's those
/// that are `visible` to it, by their slices; all where nothing is known of that; and all of other
/// makers'.
std::vector<WindowShare::Device> cards_in_use(std::span<const std::string> devices,
                                              std::span<const VisibleGpu> visible);

}  // namespace evolt
