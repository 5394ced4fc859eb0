#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace evolt::detail {

/// Seconds of `20s`, `40min`, `6h`, `2d`, `500ms`, or several in a row: `1h30min`.
std::optional<double> parse_duration(std::string_view text);

/// Bytes of `512MB`, `24GiB`, `1.5 TiB`: powers of 1000, with an `i` of 1024.
std::optional<std::int64_t> parse_memory(std::string_view text);

/// Joules of `500J`, `2.5 MJ`, `1.2kWh`, `300 Wh`.
std::optional<double> parse_energy(std::string_view text);

/// Grams of `500g`, `1.5 kg`, `2 t`.
std::optional<double> parse_mass(std::string_view text);

}  // namespace evolt::detail
