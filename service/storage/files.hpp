#pragma once

#include "core/units.hpp"

#include <absl/status/status.h>

#include <string>
#include <string_view>

namespace evolt {

/// Makes a study's directory (0700) with its parents where it is missing.
/// Errors: the system's, with the path.
absl::Status make_study_directory(const std::string& directory);

/// Makes an empty file (0600) where there is none.
absl::Status make_private_file(const std::string& path);

/// Whether this process may write there, asked before SQLite would say `disk I/O error`.
/// Errors: permission_denied.
absl::Status check_writable(const std::string& path);

/// Writes a file (0600) beside `path` and renames it over it.
absl::Status replace_file(const std::string& path, std::string_view text);

/// Flushes a finished file, renames it and flushes the directory: after a power failure there is
/// the old file or the new one, whole. Errors: the system's, with the path.
absl::Status replace_durably(const std::string& from, const std::string& to);

/// The status of a failed system call, with a code that says what to do.
absl::Status system_error(const std::string& what, int error);

/// `8 s`, `5 min`, `3 h`, `2 days`; negative times (clocks differ) count as 0.
std::string duration_text(Seconds duration);

}  // namespace evolt
