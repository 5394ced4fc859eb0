#pragma once

#include "service/report/text.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace evolt::detail {

/// Trials of a list of numbers or of objects with a `trial`, the first few by number: `4, 9 and 3
/// more`. `total`: how many there are.
std::string trial_names(const nlohmann::ordered_json& trials, std::size_t total);

/// Adds the column `tied with` to a table of the front, where a point of it is. Requires: a head,
/// and a row for each point.
void add_ties(const nlohmann::ordered_json& front, std::vector<std::vector<std::string>>& rows);

/// The lines about what a report's bounds leave open, and what does not rank; empty where scores
/// hold no energy, or nothing is open.
std::string open_lines(const nlohmann::ordered_json& report, TextOptions options);

/// The line about a report's `within`; empty where it was not asked for.
std::string within_line(const nlohmann::ordered_json& report, TextOptions options);

}  // namespace evolt::detail
