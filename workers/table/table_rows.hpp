#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"
#include "workers/table/table_head.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The configurations of a table, a number for each parameter: a listed value by its position, NaN
/// where the parameter is not active.
class TableRows {
 public:
  std::size_t size() const { return ids_.size(); }
  const std::string& id(std::size_t row) const { return ids_[row]; }

  /// The row of that `config_id`.
  std::optional<std::size_t> find(std::string_view id) const;

  /// Requires: `space` is the table's.
  Params params(const SearchSpace& space, std::size_t row) const;

 private:
  friend TableRows read_table_rows(const std::string& path, TableLayout& layout);

  std::vector<std::string> ids_;
  absl::flat_hash_map<std::string, std::size_t> row_of_;
  std::vector<double> cells_;  ///< row by row
};

/// Reads configs.csv and makes the space of `layout.head`. Errors: ConfigError.
TableRows read_table_rows(const std::string& path, TableLayout& layout);

}  // namespace evolt
