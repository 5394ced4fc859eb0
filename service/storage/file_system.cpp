#include "service/storage/file_system.hpp"

#include "service/storage/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace evolt {

std::int64_t FileSystem::magic(const std::string& path) const {
  struct statfs about {};
  return ::statfs(path.c_str(), &about) == 0 ? static_cast<std::int64_t>(about.f_type) : -1;
}

std::string FileSystem::mount_options(const std::string& path) const {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) {
    return {};
  }
  std::ifstream file("/proc/self/mountinfo");
  const std::string mounts((std::istreambuf_iterator<char>(file)), {});
  return mount_options_in(
      mounts, std::to_string(major(about.st_dev)) + ':' + std::to_string(minor(about.st_dev)));
}

absl::StatusOr<int> FileSystem::create(const std::string& path) const {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  return file >= 0 ? absl::StatusOr<int>(file) : system_error("cannot make " + path, errno);
}

absl::StatusOr<int> FileSystem::open(const std::string& path) const {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  return file >= 0 ? absl::StatusOr<int>(file) : system_error("cannot open " + path, errno);
}

absl::Status FileSystem::write(int file, std::string_view text) const {
  return ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size())
             ? absl::OkStatus()
             : system_error("cannot write", errno);
}

absl::Status FileSystem::sync(int file) const {
  return ::fsync(file) == 0 ? absl::OkStatus() : system_error("cannot flush a file", errno);
}

absl::StatusOr<std::string> FileSystem::read(const std::string& path) const {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return system_error("cannot read " + path, errno);
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

absl::StatusOr<bool> FileSystem::lock(int file, bool of_process) const {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  if (::fcntl(file, of_process ? F_SETLK : F_OFD_SETLK, &lock) == 0) {
    return true;
  }
  if (errno == EAGAIN || errno == EACCES) {
    return false;
  }
  return system_error("cannot lock a file", errno);
}

absl::Status FileSystem::rename(const std::string& from, const std::string& to) const {
  return ::rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus()
                                                 : system_error("cannot rename " + from, errno);
}

void FileSystem::close(int file) const {
  ::close(file);
}

void FileSystem::remove(const std::string& path) const {
  ::unlink(path.c_str());
}

const FileSystem& machine_file_system() {
  static const FileSystem machine;
  return machine;
}

std::string mount_options_in(std::string_view mountinfo, std::string_view device) {
  // 36 35 98:0 /root /mount options fields... - type source options
  while (!mountinfo.empty()) {
    const std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
    mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
    std::size_t begin = 0;
    for (int field = 0; field < 2 && begin != std::string_view::npos; ++field) {
      begin = line.find(' ', begin);
      begin = begin == std::string_view::npos ? begin : begin + 1;
    }
    const std::size_t dash = line.find(" - ");
    if (begin == std::string_view::npos || dash == std::string_view::npos ||
        line.substr(begin, line.find(' ', begin) - begin) != device) {
      continue;
    }
    const std::size_t last = line.rfind(' ');
    return std::string(line.substr(last + 1));
  }
  return {};
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

}  // namespace evolt
