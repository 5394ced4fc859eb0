#pragma once

#include <string>

namespace evolt {

/// The files of a study directory: docs/storage.md.

inline std::string database_path(const std::string& directory) {
  return directory + "/study.db";
}
inline std::string snapshot_path(const std::string& directory) {
  return directory + "/snapshot.db";
}
inline std::string mirror_path(const std::string& directory) {
  return directory + "/mirror.db";
}
inline std::string files_path(const std::string& directory) {
  return directory + "/files.db";
}
inline std::string socket_path(const std::string& directory) {
  return directory + "/evolt.sock";
}

}  // namespace evolt
