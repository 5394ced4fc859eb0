#pragma once

#include "service/simulate/comparison.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace evolt {

/// The object of `evolt simulate --json`: `contenders`, each figure `{"mean","lo","hi","median",
/// "reached"}` or null, and what was simulated. docs/simulate.md.
nlohmann::ordered_json comparison_json(const TableStudy& study, const ComparisonOptions& options,
                                       const std::vector<ContenderFigures>& figures);

/// A table for people, a line for each contender.
std::string comparison_text(const TableStudy& study, const ComparisonOptions& options,
                            const std::vector<ContenderFigures>& figures);

}  // namespace evolt
