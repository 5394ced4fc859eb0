#include "workers/energy/host_file.hpp"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kMost = 4095;

}  // namespace

ReadStatus status_of_errno(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return ReadStatus::no_permission;
    case ENODATA:
    case EAGAIN:
    case EBUSY:
      return ReadStatus::stale;
    case EOPNOTSUPP:
    case ENOSYS:
    case EINVAL:
      return ReadStatus::not_supported;
    default:
      return ReadStatus::gone;
  }
}

std::string_view describe(ReadStatus status) {
  switch (status) {
    case ReadStatus::ok:
      return "readable";
    case ReadStatus::no_permission:
      return "permission denied";
    case ReadStatus::not_supported:
      return "not supported";
    case ReadStatus::gone:
      return "not there";
    case ReadStatus::stale:
      return "has no fresh value";
    case ReadStatus::suspect:
      return "answers what cannot be";
  }
  return "";
}

HostFile::HostFile(std::string path)
    : path_(std::move(path)), file_(open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  status_ = file_.get() >= 0 ? ReadStatus::ok : status_of_errno(errno);
}

ReadStatus HostFile::read(std::string_view& text) {
  if (file_.get() < 0) {
    return status_;
  }
  struct stat about {};
  if (fstat(file_.get(), &about) == 0 && about.st_nlink == 0) {
    return status_ = ReadStatus::gone;
  }
  buffer_.resize(kMost);
  ssize_t got = -1;
  do {
    got = pread(file_.get(), buffer_.data(), kMost, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    return status_ = status_of_errno(errno);
  }
  status_ = ReadStatus::ok;
  text = std::string_view(buffer_).substr(0, static_cast<std::size_t>(got));
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return status_;
}

ReadStatus HostFile::read(std::uint64_t& number) {
  std::string_view text;
  if (const ReadStatus status = read(text); status != ReadStatus::ok) {
    return status;
  }
  std::uint64_t value = 0;
  if (text.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(text.front())) ||
      !absl::SimpleAtoi(std::string(text), &value)) {
    return status_ = ReadStatus::suspect;
  }
  number = value;
  return status_;
}

}  // namespace evolt
