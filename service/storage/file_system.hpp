#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace evolt {

/// The few things that the self-test of a directory asks of its file system. The calls are those of
/// the system; tests override what is to fail. Errors: the system's, with the path.
class FileSystem {
 public:
  FileSystem() = default;
  virtual ~FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;

  /// statfs f_type; -1: unknown.
  virtual std::int64_t magic(const std::string& path) const;

  /// Options of the mount that a path lies on, separated by commas; empty: unknown.
  virtual std::string mount_options(const std::string& path) const;

  /// Makes and opens a file that must not be there.
  virtual absl::StatusOr<int> create(const std::string& path) const;
  virtual absl::StatusOr<int> open(const std::string& path) const;
  virtual absl::Status write(int file, std::string_view text) const;
  virtual absl::Status sync(int file) const;
  virtual absl::StatusOr<std::string> read(const std::string& path) const;

  /// Locks the first byte of an open file for writing, as SQLite does (`of_process`) or for this
  /// opening of it alone. false: it is locked already.
  virtual absl::StatusOr<bool> lock(int file, bool of_process) const;

  virtual absl::Status rename(const std::string& from, const std::string& to) const;
  virtual void close(int file) const;
  virtual void remove(const std::string& path) const;
};

/// The machine's.
const FileSystem& machine_file_system();

/// The options of a mount in the text of /proc/self/mountinfo, by its device `major:minor`.
std::string mount_options_in(std::string_view mountinfo, std::string_view device);

/// The name of a network or parallel file system by its statfs magic: `NFS`, `Lustre`, ...; empty
/// for local ones. Source: linux/magic.h and the kernels' and vendors' own headers.
std::string_view network_file_system(std::int64_t magic);

/// OK where a database can live in `directory`: its file system is local, or it passes a self-test:
/// a lock is granted, a second one refused, a file flushed, and the mount keeps locks between
/// hosts. Errors: failed_precondition, saying what failed and what to do instead.
absl::Status check_file_system(const std::string& directory, const FileSystem& files);

/// OK where a file in `directory` can be flushed and replaced by another at once, which is what
/// copies for others need. Errors: as check_file_system.
absl::Status check_replacing(const std::string& directory, const FileSystem& files);

}  // namespace evolt
