#pragma once

#include "workers/table/table.hpp"

#include <string>
#include <vector>

namespace evolt {

/// What `space.json` of a table says.
struct TableLayout {
  std::string file;  ///< space.json itself
  TableHead head;    ///< without `has_...`
  /// Parameters that cannot be searched (a graph as text). Rows that are alike in all others are
  /// told apart by an int parameter of this name: their number among each other, from 0. It is the
  /// last of the space, and its domain must be set once rows are counted.
  std::string opaque;
  std::vector<Parameter> parameters;  ///< the others
};

/// Reads `DIR/space.json`: `score`, `direction`, `epochs`, and `parameters` (`float` or `int` with
/// `range` or `lo` and `hi`, and `log`; `cat` with `choices`; `ordinal` with `choices`; `parent`
/// with `values`: active only where that other parameter has one of them). Errors: ConfigError.
TableLayout read_table_layout(const std::string& directory);

}  // namespace evolt
