#pragma once

#include "core/energy_reading.hpp"
#include "core/outcome.hpp"
#include "core/search_space.hpp"
#include "core/trial.hpp"

#include <optional>
#include <string_view>

namespace evolt {

/// The word that users, files and exports see for each value, and back.
std::string_view word(Ending ending);
std::string_view word(Failure failure);
std::string_view word(EnergyLabel label);
std::string_view word(IdlePolicy policy);
std::string_view word(Standing standing);
std::string_view word(StartMode mode);
std::string_view word(Scale scale);

/// `gpu_power_limit`, `cpu_power_limit`; empty for none.
std::string_view word(Knob knob);

/// The kind of a domain: `float`, `int`, `choice`, `ordinal`.
std::string_view word(const Domain& domain);

}  // namespace evolt
