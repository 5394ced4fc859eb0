#pragma once

#include <string_view>

namespace evolt::detail {

/// Refuses text that the TOML parser could not survive. First, a dotted key with more than a
/// thousand parts: its nested tables would overflow the stack when they are destroyed. Second, a
/// character beyond ASCII outside quotes and comments: TOML has none there, but toml++ 3.3 looks
/// each one up in its table of blanks, where most have no defined answer. Errors: ConfigError with
/// line and column.
void guard_toml(std::string_view text);

}  // namespace evolt::detail
