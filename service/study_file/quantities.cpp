#include "service/study_file/quantities.hpp"

#include <charconv>
#include <cmath>
#include <span>

namespace evolt::detail {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit kDurations[] = {{"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
constexpr double kKibi = 1024;
constexpr Unit kSizes[] = {{"B", 1},
                           {"kB", 1e3},
                           {"KB", 1e3},
                           {"MB", 1e6},
                           {"GB", 1e9},
                           {"TB", 1e12},
                           {"KiB", kKibi},
                           {"MiB", kKibi* kKibi},
                           {"GiB", kKibi* kKibi* kKibi},
                           {"TiB", kKibi* kKibi* kKibi* kKibi}};

constexpr Unit kEnergies[] = {{"J", 1},       {"kJ", 1e3},    {"MJ", 1e6},
                              {"GJ", 1e9},    {"TJ", 1e12},   {"Wh", 3600},
                              {"kWh", 3.6e6}, {"MWh", 3.6e9}, {"GWh", 3.6e12}};
constexpr Unit kMasses[] = {{"g", 1}, {"kg", 1e3}, {"t", 1e6}};

void skip_blanks(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
}

/// Takes a number and its unit off the front; nullopt when they are not there.
std::optional<double> take(std::string_view& text, std::span<const Unit> units) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number) || std::signbit(number)) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  skip_blanks(text);
  std::size_t length = 0;
  while (length < text.size() && ((text[length] >= 'a' && text[length] <= 'z') ||
                                  (text[length] >= 'A' && text[length] <= 'Z'))) {
    ++length;
  }
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  for (const Unit& unit : units) {
    if (unit.name == name) {
      return number * unit.factor;
    }
  }
  return std::nullopt;
}

/// The same where nothing else may follow.
std::optional<double> take_all(std::string_view text, std::span<const Unit> units) {
  const auto amount = take(text, units);
  return amount && text.empty() && std::isfinite(*amount) ? amount : std::nullopt;
}

}  // namespace

std::optional<double> parse_duration(std::string_view text) {
  double sum = 0;
  do {
    const auto part = take(text, kDurations);
    if (!part) {
      return std::nullopt;
    }
    sum += *part;
    skip_blanks(text);
  } while (!text.empty());
  return std::isfinite(sum) ? std::optional(sum) : std::nullopt;
}

std::optional<std::int64_t> parse_memory(std::string_view text) {
  constexpr double kMost = 9.2e18;  // what a 64-bit count holds
  const auto bytes = take(text, kSizes);
  if (!bytes || !text.empty() || *bytes > kMost) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(std::llround(*bytes));
}

std::optional<double> parse_energy(std::string_view text) {
  return take_all(text, kEnergies);
}

std::optional<double> parse_mass(std::string_view text) {
  return take_all(text, kMasses);
}

}  // namespace evolt::detail
