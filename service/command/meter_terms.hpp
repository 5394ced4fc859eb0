#pragma once

#include "service/command/commands.hpp"
#include "workers/energy/meter/open_meter.hpp"

#include <absl/status/statusor.h>

namespace evolt {

/// What the command line asks of the meter. Errors: invalid_argument, with the option.
absl::StatusOr<MeterOptions> meter_terms(const MeterArguments& arguments);

/// Whether it asks for anything.
bool asks_for_terms(const MeterArguments& arguments);

}  // namespace evolt
