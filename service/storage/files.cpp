#include "service/storage/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>

namespace evolt {
namespace {

/// A file that is removed when it goes out of scope.
class ProbeFile {
 public:
  explicit ProbeFile(const std::string& directory) : path_(directory + "/.lock-test-XXXXXX") {
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
  }
  ~ProbeFile() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
      ::unlink(path_.c_str());
    }
  }
  ProbeFile(const ProbeFile&) = delete;
  ProbeFile& operator=(const ProbeFile&) = delete;

  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int descriptor_ = -1;
};

/// Open-file-description locks exclude within a process too, but a network file system may treat
/// them otherwise than the process locks that SQLite takes; so both kinds of lock are tried: a
/// process lock here, and an open-file-description one on a second descriptor that must be refused.
bool locks_work(const std::string& directory) {
  const ProbeFile file(directory);
  if (file.descriptor() < 0 || ::write(file.descriptor(), "x", 1) != 1 ||
      ::fsync(file.descriptor()) != 0) {
    return false;
  }
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  if (::fcntl(file.descriptor(), F_SETLK, &lock) != 0) {
    return false;
  }
  const int second = ::open(file.path().c_str(), O_RDWR | O_CLOEXEC);
  if (second < 0) {
    return false;
  }
  struct flock other {};
  other.l_type = F_WRLCK;
  other.l_whence = SEEK_SET;
  other.l_len = 1;
  const bool granted_twice = ::fcntl(second, F_OFD_SETLK, &other) == 0;
  ::close(second);
  return !granted_twice;
}

}  // namespace

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

FileSystemProbe file_system_probe() {
  return {.magic = [](const std::string& directory) -> std::int64_t {
            struct statfs about {};
            return ::statfs(directory.c_str(), &about) == 0
                       ? static_cast<std::int64_t>(about.f_type)
                       : -1;
          },
          .locks = locks_work};
}

std::string_view network_file_system(std::int64_t magic) {
  switch (static_cast<std::uint32_t>(magic)) {
    case 0x6969U:
      return "NFS";
    case 0x0BD00BD0U:
      return "Lustre";
    case 0x47504653U:
      return "GPFS";
    case 0x19830326U:
      return "BeeGFS";
    case 0x00C36400U:
      return "Ceph";
    case 0xFF534D42U:
    case 0x517BU:
    case 0xFE534D42U:
      return "SMB";
    case 0x65735546U:
      return "FUSE";
    case 0x5346414FU:
      return "AFS";
    case 0x01021997U:
      return "9P";
    case 0xAAD7AAEAU:
      return "PanFS";
    case 0x20030528U:
      return "OrangeFS";
    case 0x7461636FU:
      return "OCFS2";
    case 0x01161970U:
      return "GFS2";
    case 0xA501FCF5U:
      return "VxFS";
    default:
      return "";
  }
}

absl::Status check_file_system(const std::string& directory, const FileSystemProbe& probe) {
  const std::string_view name = network_file_system(probe.magic(directory));
  if (name.empty() || probe.locks(directory)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      directory + " is on " + std::string(name) +
      " and failed the lock self-test (a lock, a second one refused, fsync); use a directory on a "
      "local disk");
}

}  // namespace evolt
