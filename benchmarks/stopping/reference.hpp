#pragma once

#include "benchmarks/stopping/correlations.hpp"

#include <array>
#include <optional>
#include <string>

namespace evolt {

/// Figures that were computed by others from the same tables, with other code: correlations of a
/// score, to two digits, with the final validation score. `group`: the name of the directory that
/// holds the table or tables (several: the mean).
std::optional<std::array<double, kShares.size()>> reference(const std::string& group,
                                                            const std::string& score);

}  // namespace evolt
