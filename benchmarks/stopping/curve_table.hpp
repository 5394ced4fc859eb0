#pragma once

#include "core/curve.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace evolt {

/// Recorded curves of one task.
struct CurveTable {
  std::string name;
  std::int64_t epochs = 0;
  /// One for each configuration; the value is the score, smaller being better, NaN where it was not
  /// recorded; the loss likewise.
  std::vector<Curve> curves;
};

/// Reads space.json and curves.csv (as it is or as .gz) of a directory.
/// Errors: std::runtime_error naming the file.
CurveTable read_curve_table(const std::string& directory);

/// The directory itself where it holds a table, else those below it that do, by name.
/// Errors: std::runtime_error where there are none.
std::vector<std::string> tables_of(const std::string& directory);

}  // namespace evolt
