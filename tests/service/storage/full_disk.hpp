#pragma once

#include <atomic>
#include <string>

namespace evolt::testing {

/// A file layer for SQLite whose writes fail while the disk is `full`, and whose syncs fail for
/// good while it is `broken`.
struct FaultyDisk {
  static std::atomic<bool> full;
  static std::atomic<bool> broken;

  /// Its name, registered at the first call.
  static std::string vfs();
};

}  // namespace evolt::testing
