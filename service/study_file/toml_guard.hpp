#pragma once

#include <string_view>

namespace evolt::detail {

/// Refuses text that the TOML parser could not survive:
/// - a dotted key with more than a thousand parts, whose nested tables would overflow the stack when
///   they are destroyed;
/// - a character beyond ASCII outside quotes and comments. TOML has none there, but toml++ 3.3 asks
///   its table of blanks about each, and for most of them that table's answer is undefined behaviour.
/// Errors: ConfigError with line and column.
void guard_toml(std::string_view text);

}  // namespace evolt::detail
