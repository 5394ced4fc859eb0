#pragma once

#include "service/storage/file_system.hpp"

#include <string>

namespace evolt::testing {

/// A local directory that passes for one on a network, and fails as it is told to.
class FakeFileSystem final : public FileSystem {
 public:
  std::int64_t kind = 0x6969;  ///< NFS
  std::string options = "rw,vers=4.2,local_lock=none";
  bool grants_all_locks = false;
  bool refuses_locks = false;
  bool has_no_locks = false;
  bool cannot_sync = false;
  bool cannot_rename = false;
  bool copies_nothing = false;  ///< a rename that says it worked
  mutable int locks_asked = 0;

  std::int64_t magic(const std::string& /*path*/) const override { return kind; }
  std::string mount_options(const std::string& /*path*/) const override { return options; }
  absl::StatusOr<bool> lock(int file, bool of_process) const override {
    ++locks_asked;
    if (has_no_locks) {
      return absl::FailedPreconditionError("cannot lock a file: Function not implemented");
    }
    if (grants_all_locks || refuses_locks) {
      return grants_all_locks;
    }
    return FileSystem::lock(file, of_process);
  }
  absl::Status sync(int file) const override {
    return cannot_sync ? absl::FailedPreconditionError("cannot flush a file: Invalid argument")
                       : FileSystem::sync(file);
  }
  absl::Status rename(const std::string& from, const std::string& to) const override {
    if (copies_nothing) {
      return absl::OkStatus();
    }
    return cannot_rename ? absl::PermissionDeniedError("cannot rename " + from)
                         : FileSystem::rename(from, to);
  }
};

}  // namespace evolt::testing
