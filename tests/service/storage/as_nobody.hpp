#pragma once

#include <exception>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace evolt::testing {

/// For the length of a test: root, who may read everything, is another user, to whom `directory`
/// belongs. Others stay who they are.
class AsNobody {
 public:
  explicit AsNobody(const std::string& directory) : was_(::geteuid()) {
    if (was_ != 0) {
      return;
    }
    give(directory);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
      give(entry.path().string());
    }
    changed_ = ::seteuid(kNobody) == 0;
  }
  ~AsNobody() {
    if (changed_ && ::seteuid(was_) != 0) {
      std::terminate();
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

  /// Whether permissions count.
  explicit operator bool() const { return ::geteuid() != 0; }

 private:
  static constexpr uid_t kNobody = 65534;

  static void give(const std::string& path) {
    static_cast<void>(::lchown(path.c_str(), kNobody, static_cast<gid_t>(-1)) == 0);
  }

  uid_t was_;
  bool changed_ = false;
};

}  // namespace evolt::testing
