#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace evolt {

// Debian's Abseil is built with a string_view of its own, so that its string functions do not take
// ours; these few do.

/// Appends a text, or a number in its shortest form.
template <typename Part>
void append_text(std::string& out, const Part& part) {
  if constexpr (std::is_arithmetic_v<Part> && !std::is_same_v<Part, char> &&
                !std::is_same_v<Part, bool>) {
    char buffer[64];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, part).ptr);
  } else if constexpr (std::is_same_v<Part, char>) {
    out.push_back(part);
  } else {
    out.append(std::string_view(part));
  }
}

/// The parts, one behind the other.
template <typename... Parts>
std::string concat(const Parts&... parts) {
  std::string out;
  (append_text(out, parts), ...);
  return out;
}

/// `text` without white space at its ends.
inline std::string_view strip(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// The pieces between separators, empty ones included.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return pieces;
    }
    text.remove_prefix(end + 1);
  }
}

/// The whole number that `text` begins with; with `whole`, nothing may follow it.
template <typename Number>
std::optional<Number> read_whole(std::string_view text, bool whole = true) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || (whole && end != text.data() + text.size())) {
    return std::nullopt;
  }
  return number;
}

}  // namespace evolt
