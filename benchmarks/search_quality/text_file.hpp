#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A whole text file; one that is compressed by gzip is unpacked.
/// Errors: std::runtime_error naming the file.
std::string read_text_file(const std::string& path);

/// The lines after the header, without line ends; the header itself must be `header`.
/// Errors: std::runtime_error naming `path` when it is not. The views point into `text`.
std::vector<std::string_view> rows_below(std::string_view text, std::string_view header,
                                         const std::string& path);

/// The next comma-separated field, taken off the front of `row`.
std::string_view take_field(std::string_view& row);

/// The next field as a number. Errors: std::runtime_error when it is none.
double take_number(std::string_view& row);

}  // namespace evolt
