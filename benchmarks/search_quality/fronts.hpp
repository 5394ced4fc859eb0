#pragma once

#include "benchmarks/search_quality/problem.hpp"

#include <map>
#include <string>

namespace evolt {

/// Reference points and hypervolumes of the true or best-known fronts, by problem.
using Fronts = std::map<std::string, FrontTarget>;

/// Reads `fronts.json` in the directory benchmarks/data.
/// Errors: std::runtime_error for a file that cannot be read.
Fronts read_fronts(const std::string& data);

}  // namespace evolt
