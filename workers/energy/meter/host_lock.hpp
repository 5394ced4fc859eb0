#pragma once

#include "workers/unique_fd.hpp"

#include <absl/status/statusor.h>

#include <string>

namespace evolt {

/// Where the processes of one user on one host meet to agree on who reads its sensors.
struct MeetingPlace {
  std::string lock, socket;
  std::string rest;  ///< file of what the host draws at rest
};

/// Who may meet: the processes of one boot of a host, so that a container, or a host that was
/// started again, is another place.
struct MeetingHost {
  std::string boot_id, name;

  /// This host, its boot id read below `proc`.
  static MeetingHost here(const std::string& proc = "/proc");
};

/// Names for that host in `directory`, which is this user's alone. Those who meet agree on `terms`.
/// Errors: invalid_argument where the path is too long for a socket.
absl::StatusOr<MeetingPlace> meeting_place(const std::string& directory, const MeetingHost& host,
                                           const std::string& terms = "");

/// Holds the lock as long as it lives, however it ends. Errors: unavailable when somebody else
/// holds it; otherwise what the system says.
absl::StatusOr<UniqueFd> take_lock(const std::string& path);

/// A socket that listens, this user's alone (0600), in the place of one that was left behind.
/// Requires: the lock is held.
absl::StatusOr<UniqueFd> listen_at(const std::string& path);

/// Errors: unavailable when nobody listens.
absl::StatusOr<UniqueFd> connect_to(const std::string& path);

}  // namespace evolt
