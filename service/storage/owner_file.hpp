#pragma once

#include "core/units.hpp"

#include <absl/status/status.h>

#include <optional>
#include <string>

namespace evolt {

/// Who serves a study: a small JSON file `owner` beside the database, written when it is opened for
/// writing and removed at a clean close. It only informs; what excludes others is the lock.
struct Owner {
  std::string host;
  int pid = 0;
  Seconds since;         ///< wall time
  std::string socket;    ///< path of the study's socket; empty: none
  std::string database;  ///< where it lies, if not in the study's directory

  /// Whether both are the same start of a process.
  bool same_process(const Owner& other) const {
    return host == other.host && pid == other.pid && since == other.since;
  }
};

/// This process, now.
Owner this_owner(Seconds wall);

/// nullopt where there is no such file or it cannot be understood.
std::optional<Owner> read_owner(const std::string& directory);

/// Replaces the file at once (a reader sees the old or the new one).
absl::Status write_owner(const std::string& directory, const Owner& owner);
void remove_owner(const std::string& directory);

/// Writes the socket's path into this process' owner file.
absl::Status set_owner_socket(const std::string& directory, const std::string& socket);

/// The owner's process is known to be gone: it ran on this host, and no process has its number.
bool surely_gone(const Owner& owner);

/// `host n014, pid 4411, since 5 min`.
std::string describe(const Owner& owner, Seconds wall);

}  // namespace evolt
