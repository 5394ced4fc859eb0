#pragma once

#include "service/report/text.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace evolt::detail {

/// `120 epochs, 61.2 s, 3100 J, 0.3 g CO2e` of a report's `savings`.
std::string savings_line(const nlohmann::ordered_json& saved, TextOptions options);

/// The lines about a report's `energy`; empty where nothing was measured and no budget is set.
std::string energy_lines(const nlohmann::ordered_json& energy, TextOptions options);

/// The lines about the energy of one trial's `usage`, and of its phases; empty where nobody
/// measured.
std::string trial_energy_lines(const nlohmann::ordered_json& usage, TextOptions options);

}  // namespace evolt::detail
