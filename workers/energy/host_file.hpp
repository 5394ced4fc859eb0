#pragma once

#include "workers/energy/energy_sensor.hpp"
#include "workers/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace evolt {

/// A small file of the kernel's that is opened once and read again and again. Thread: one.
class HostFile {
 public:
  /// Opens it; `status` tells what came of it.
  explicit HostFile(std::string path);

  ReadStatus status() const { return status_; }
  const std::string& path() const { return path_; }

  /// The first 4,095 bytes from the beginning, without trailing blanks. The view holds until the
  /// next call. Not ok: `text` is as it was. A file that was removed is gone, even though it is
  /// open.
  ReadStatus read(std::string_view& text);

  /// The same as one number without sign. Anything else in it is suspect.
  ReadStatus read(std::uint64_t& number);

 private:
  std::string path_;
  UniqueFd file_;
  ReadStatus status_ = ReadStatus::gone;
  std::string buffer_;
};

/// What an errno of open() or read() means for a sensor.
ReadStatus status_of_errno(int error);

/// `permission denied`, `vanished`, ...: for findings.
std::string_view describe(ReadStatus status);

}  // namespace evolt
