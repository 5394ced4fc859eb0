#pragma once

#include "service/study_file/node.hpp"

#include <string>

namespace evolt::detail {

/// Applies `a.b=value` to the document: the key is dotted as in TOML (a number picks an element of
/// an array), missing tables are made, the value is TOML, or a text when it is a bare word. Errors:
/// ConfigError whose file is `--set a.b=value`.
void apply_override(Document& document, const std::string& setting);

}  // namespace evolt::detail
