#pragma once

#include "core/measurement.hpp"
#include "core/search_space.hpp"
#include "service/plugin/protocol.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

// What the lines of all plug-ins have in common.

namespace evolt::detail {

/// One line; bytes that are no UTF-8 are replaced, numbers that are not finite are null.
std::string line_of(const nlohmann::ordered_json& json);

/// `{ NAME: {"type": ...}, ... }` in the study's order.
nlohmann::ordered_json space_json(const SearchSpace& space);

nlohmann::ordered_json metrics_json(const Metrics& metrics);

/// Of this process alone: two that draw the same numbers would propose the same configurations.
/// Units: 53 bits, which every language's numbers hold.
std::uint64_t plugin_seed(const Study& study, const PluginSeat& seat, std::uint64_t life);

}  // namespace evolt::detail
