#pragma once

#include "service/study_file/node.hpp"

#include <string_view>

namespace evolt::detail {

/// Parses TOML 1.0. `source` is what the places of the nodes name.
/// Errors: ConfigError with line and column, without a file (ConfigError::at adds it).
Node read_toml(std::string_view text, std::size_t source);

}  // namespace evolt::detail
