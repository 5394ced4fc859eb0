#pragma once

#include "workers/energy/energy_sensor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Whether `left` comes before `right` when the numbers within them are compared by their value:
/// `zone:2` before `zone:10`.
bool natural_less(std::string_view left, std::string_view right);

/// The names of what lies in a folder, in natural order, links that lead nowhere included. A folder
/// that cannot be listed has none.
std::vector<std::string> names_in(const std::string& folder);

/// Reads a small file once.
ReadStatus read_once(const std::string& path, std::string& text);

/// The text of a small file without blanks at its ends; nullopt: it cannot be read.
std::optional<std::string> text_in(const std::string& path);

/// The number in a small file; nullopt: it cannot be read, or holds something else.
std::optional<std::uint64_t> number_in(const std::string& path);

/// The numbers of the kernel's notation for a list of processors, `0-3,8`. nullopt: it is none.
std::optional<std::vector<int>> read_cpu_list(std::string_view text);

}  // namespace evolt
