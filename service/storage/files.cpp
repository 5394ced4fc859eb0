#include "service/storage/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace evolt {

absl::Status system_error(const std::string& what, int error) {
  const std::string text = what + ": " + std::generic_category().message(error);
  switch (error) {
    case ENOENT:
      return absl::NotFoundError(text);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(text);
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(text);
    default:
      return absl::FailedPreconditionError(text);
  }
}

absl::Status make_study_directory(const std::string& directory) {
  std::error_code error;
  const std::filesystem::path path(directory);
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      return system_error("cannot make " + path.parent_path().string(), error.value());
    }
  }
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot make the study directory " + directory, errno);
  }
  if (!std::filesystem::is_directory(path, error)) {
    return absl::FailedPreconditionError(directory + " is not a directory");
  }
  return absl::OkStatus();
}

absl::Status check_writable(const std::string& path) {
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
    return system_error("cannot write to " + path, errno);
  }
  return absl::OkStatus();
}

absl::Status make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return errno == EEXIST ? absl::OkStatus() : system_error("cannot make " + path, errno);
  }
  ::close(descriptor);
  return absl::OkStatus();
}

absl::Status replace_file(const std::string& path, std::string_view text) {
  std::string beside = path + ".XXXXXX";
  const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return system_error("cannot write " + path, errno);
  }
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int write_error = errno;
  ::close(descriptor);
  if (!written || ::rename(beside.c_str(), path.c_str()) != 0) {
    const int error = written ? errno : write_error;
    ::unlink(beside.c_str());
    return system_error("cannot write " + path, error);
  }
  return absl::OkStatus();
}

absl::Status replace_durably(const std::string& from, const std::string& to) {
  const auto flush = [](const std::string& path, int flags) -> absl::Status {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) {
      return system_error("cannot open " + path, errno);
    }
    const bool flushed = ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    return flushed ? absl::OkStatus() : system_error("cannot flush " + path, error);
  };
  absl::Status status = flush(from, O_RDWR);
  if (status.ok() && ::rename(from.c_str(), to.c_str()) != 0) {
    status = system_error("cannot replace " + to, errno);
  }
  const std::string parent = std::filesystem::path(to).parent_path().string();
  return status.ok() ? flush(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY) : status;
}

std::string duration_text(Seconds duration) {
  const double seconds = std::max(0.0, duration.value);
  if (seconds < 120) {
    return std::to_string(static_cast<long long>(seconds)) + " s";
  }
  if (seconds < 2 * 3600) {
    return std::to_string(static_cast<long long>(seconds / 60)) + " min";
  }
  if (seconds < 2 * 86400) {
    return std::to_string(static_cast<long long>(seconds / 3600)) + " h";
  }
  return std::to_string(static_cast<long long>(seconds / 86400)) + " days";
}

}  // namespace evolt
