#pragma once

#include "workers/table/table.hpp"

#include <memory>
#include <string>

namespace evolt {

/// Reads a recorded table: `space.json`, `configs.csv` and `curves.csv` of a directory, the latter
/// two plain or gzip (docs/simulate.md). It is kept in memory, 8 bytes a number.
///
/// An empty cell of a curve is a value that was not finite or not recorded; epochs without a line
/// count as such, and cost nothing. Times and energies never fall. Errors: ConfigError with file
/// and line: a file that is missing or cannot be read, a column that is missing, a cell that cannot
/// be understood or lies outside the space, a line too much.
std::unique_ptr<Table> read_table(const std::string& directory);

}  // namespace evolt
