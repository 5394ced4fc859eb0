#pragma once

#include "service/study_file/node.hpp"

#include <string_view>

namespace evolt::detail {

/// Parses JSON. `source` is what the places of the nodes name.
/// Errors: ConfigError with line and column, without a file (ConfigError::at adds it). A key that
/// stands twice in an object is an error, as it is in TOML.
Node read_json(std::string_view text, std::size_t source);

}  // namespace evolt::detail
