#pragma once

#include "core/units.hpp"
#include "service/measure/power_sample.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace evolt {

/// One sample for a program. `wall`: seconds since 1970. See docs/measure.md.
nlohmann::ordered_json power_json(const PowerSample& sample, Seconds wall);

/// In one line, for a pipe.
std::string power_line(const PowerSample& sample, Seconds wall);

/// As a table, for a terminal.
std::string power_table(const PowerSample& sample);

}  // namespace evolt
