#pragma once

#include "benchmarks/search_quality/score.hpp"

#include <string>
#include <vector>

namespace evolt {

/// The tables that people read: for each suite, group and number of slots the score of each method
/// at each checkpoint, and below it what each problem adds.
std::string text_report(const std::vector<Cell>& cells, const std::vector<std::string>& methods);

}  // namespace evolt
