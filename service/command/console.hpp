#pragma once

#include "service/run/exit_code.hpp"

#include <absl/status/status.h>
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace evolt {

/// Says on standard error what is wrong, and gives the code back.
ExitCode complain(ExitCode code, std::string_view what);

/// The same for a status of the world; its code decides about the exit code.
ExitCode complain(const absl::Status& status);

/// One line of JSON; bytes that are no UTF-8 are replaced.
std::string printable(const nlohmann::ordered_json& json);

/// Whether standard output takes UTF-8 (by LC_ALL, LC_CTYPE and LANG).
bool utf8_terminal();

}  // namespace evolt
