#pragma once

#include "core/units.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/unique_fd.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <vector>

namespace evolt {

/// What one process must restore, on disk, so that another can when it is killed. The file is
/// locked by its owner: no lock, no owner.
class LimitNote {
 public:
  /// Errors: the system's.
  static absl::StatusOr<LimitNote> make(const std::string& folder, const HostRoots& roots = {});

  LimitNote(LimitNote&&) noexcept = default;
  LimitNote& operator=(LimitNote&&) = delete;
  /// Takes the file away unless something is left to restore.
  ~LimitNote();

  /// A limit is about to be set. Of several, the first `previous` is what counts.
  absl::Status before(const std::string& knob, Watts previous);

  /// It was restored.
  absl::Status after(const std::string& knob);

 private:
  LimitNote(std::string path, UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}
  absl::Status append(const std::string& line);

  std::string path_;
  UniqueFd file_;
  std::map<std::string, Watts> open_;
};

/// What a process left behind that was killed.
struct LeftBehind {
  std::string path;
  UniqueFd lock;                        ///< ours as long as we restore
  std::map<std::string, Watts> limits;  ///< by knob, what they were before
};

/// The notes in `folder` that nobody owns. Those of before the host's last start are taken away:
/// limits do not outlast it.
std::vector<LeftBehind> left_behind(const std::string& folder, const HostRoots& roots = {});

}  // namespace evolt
