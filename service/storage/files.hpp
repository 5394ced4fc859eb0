#pragma once

#include "core/units.hpp"

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
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

/// The status of a failed system call, with a code that says what to do.
absl::Status system_error(const std::string& what, int error);

/// `8 s`, `5 min`, `3 h`, `2 days`; negative times (clocks differ) count as 0.
std::string duration_text(Seconds duration);

/// How the file system under a directory is found out; tests put in their own.
struct FileSystemProbe {
  std::function<std::int64_t(const std::string&)> magic;  ///< statfs f_type; -1: unknown
  std::function<bool(const std::string&)> locks;  ///< whether two processes exclude each other
};

/// The real one.
FileSystemProbe file_system_probe();

/// The name of a network or parallel file system by its statfs magic: `NFS`, `Lustre`, ...; empty
/// for local ones. Source: linux/magic.h and the kernels' and vendors' own headers.
std::string_view network_file_system(std::int64_t magic);

/// OK where a database can live in `directory`: its file system is local, or its locks work.
/// Errors: failed_precondition, saying what to do instead.
absl::Status check_file_system(const std::string& directory, const FileSystemProbe& probe);

}  // namespace evolt
