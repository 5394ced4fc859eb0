#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evolt::detail {

/// The keys of one table of the study file.
struct TableKeys {
  std::string table;  ///< dotted path without indices; empty: the top of the file
  std::vector<std::string> known;
  std::vector<std::string> later;  ///< part of the format, but not available in this version
};

/// Every table: the one list that the reader, its suggestions and the tests of the documentation
/// use. A parameter's keys stand under `param.float`, `param.int`, `param.choice` and
/// `param.ordinal`, the bounds of a condition under `when`.
const std::vector<TableKeys>& all_tables();

/// Requires: a table of all_tables().
const TableKeys& keys_of(std::string_view table);

/// The dotted key that a person most likely meant by `key` in `table`: a near spelling there, or
/// the same word in the one other table that has it; empty when there is none.
std::string meant_by(std::string_view key, const TableKeys& table);

}  // namespace evolt::detail
