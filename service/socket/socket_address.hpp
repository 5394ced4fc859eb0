#pragma once

#include <absl/status/statusor.h>

#include <string>

namespace evolt {

/// The path of a Unix socket as the system takes it: at most 107 bytes. A longer path is reached
/// through a descriptor of its directory, which stays open as long as this lives.
class SocketAddress {
 public:
  /// Errors: the system's, when the directory cannot be opened.
  static absl::StatusOr<SocketAddress> of(const std::string& path);
  ~SocketAddress();
  SocketAddress(SocketAddress&& other) noexcept;
  SocketAddress& operator=(SocketAddress&& other) noexcept;

  const std::string& name() const { return name_; }

 private:
  SocketAddress(std::string name, int descriptor)
      : name_(std::move(name)), descriptor_(descriptor) {}

  std::string name_;
  int descriptor_ = -1;
};

/// A path for a study's socket where its own directory can hold none: in runtime_folder(). The same
/// study directory gives the same path. Errors: as runtime_folder().
absl::StatusOr<std::string> runtime_socket_path(const std::string& study_directory);

}  // namespace evolt
