#pragma once

#include "workers/line_capture.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Reads what a trainer left as its result: one JSON object of numbers; a list of such objects, or
/// one object a line, for a curve; or CSV with a header, one report a row, an empty or wordy cell
/// left out. Text that starts with neither `{` nor `[` is CSV.
/// Errors: invalid_argument saying where it stops making sense.
absl::StatusOr<std::vector<Report>> parse_result(std::string_view text);

/// Errors: not_found; out_of_range above 64 MiB; as parse_result, with the path.
absl::StatusOr<std::vector<Report>> read_result_file(const std::string& path);

}  // namespace evolt
