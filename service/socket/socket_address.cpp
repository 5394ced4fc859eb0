#include "service/socket/socket_address.hpp"

#include "service/storage/files.hpp"
#include "workers/energy/runtime_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;

/// FNV-1a: the same in every process, as a name must be.
std::string hash_text(const std::string& text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(hash));
  return buffer;
}

}  // namespace

absl::StatusOr<SocketAddress> SocketAddress::of(const std::string& path) {
  if (path.size() <= kLongest) {
    return SocketAddress(path, -1);
  }
  const std::filesystem::path whole(path);
  const int descriptor = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return system_error("cannot open " + whole.parent_path().string(), errno);
  }
  return SocketAddress(
      "/proc/self/fd/" + std::to_string(descriptor) + '/' + whole.filename().string(), descriptor);
}

SocketAddress::~SocketAddress() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

SocketAddress::SocketAddress(SocketAddress&& other) noexcept
    : name_(std::move(other.name_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

SocketAddress& SocketAddress::operator=(SocketAddress&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

absl::StatusOr<std::string> runtime_socket_path(const std::string& study_directory) {
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::weakly_canonical(study_directory, error);
  absl::StatusOr<std::string> directory = runtime_folder();
  if (directory.ok()) {
    *directory += "/evolt-" + hash_text(error ? study_directory : canonical.string()) + ".sock";
  }
  return directory;
}

}  // namespace evolt
