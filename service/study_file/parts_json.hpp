#pragma once

#include "service/study.hpp"

#include <nlohmann/json_fwd.hpp>

namespace evolt::detail {

/// Parts of study_to_json.
nlohmann::ordered_json parameter_json(const Parameter& parameter);
nlohmann::ordered_json forbidden_json(const SearchSpace& space);
nlohmann::ordered_json requirement_json(const Requirement& requirement);
nlohmann::ordered_json objective_json(const ObjectiveSettings& objective);
nlohmann::ordered_json energy_json(const EnergySettings& energy);

}  // namespace evolt::detail
