#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// The names of the columns of a comma-separated file, from its first line.
/// Errors: std::runtime_error naming the file.
std::vector<std::string> csv_names(const std::string& path);

/// Calls `row` with the fields of `columns` for each line below the header, in the order of
/// `columns`. A field in double quotes may hold commas and doubled quotes, but no line end; a file
/// that is compressed by gzip is unpacked.
/// Errors: std::runtime_error naming the file, for a column that is missing or a short line.
void read_columns(const std::string& path, const std::vector<std::string>& columns,
                  const std::function<void(std::span<const std::string> fields)>& row);

}  // namespace evolt
