#pragma once

#include "core/units.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace evolt {

/// Sends one request line to a study's socket and waits for the reply line, returned without its
/// newline. `patience`: the longest silence. Thread: any; blocks.
/// Errors: not_found when there is no socket; unavailable when nobody listens on it or it closed
/// early; deadline_exceeded after a silence; permission_denied.
absl::StatusOr<std::string> ask_socket(const std::string& path, std::string_view request,
                                       Seconds patience = {10});

}  // namespace evolt
