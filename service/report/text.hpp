#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

struct TextOptions {
  bool utf8 = false;  ///< block glyphs and middle dots; plain ASCII otherwise
};

/// best_report for a person: counts, what was saved, the best trial or the front as a table.
std::string best_text(const nlohmann::ordered_json& report, TextOptions options = {});

/// The table of a best_report's `operators`.
std::string operators_text(const nlohmann::ordered_json& report, TextOptions options = {});

/// show_report for a person.
std::string show_text(const nlohmann::ordered_json& report, TextOptions options = {});

/// Columns of the same width, two spaces apart; numbers to the right. The first row is the head.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// Text that a trainer wrote, fit for a terminal: control characters become `?`, and so does every
/// byte outside ASCII unless `utf8`.
std::string harmless(std::string_view text, bool utf8);

/// A curve in one line of at most `width` block glyphs; nulls leave a gap. Empty without numbers.
std::string sparkline(const nlohmann::ordered_json& numbers, std::size_t width = 40);

}  // namespace evolt
