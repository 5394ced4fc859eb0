#pragma once

#include "core/clock.hpp"
#include "service/storage/owner_file.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace evolt {

struct ClaimOptions {
  Seconds beat_every{10};
  Seconds patience{35};          ///< a process that shows no beat for so long is gone
  Seconds settle{0.2};           ///< for others who claim at the same moment
  const Clock* clock = nullptr;  ///< must outlive the claim
  std::function<void(const std::string&)> warn;  ///< hears what is waited for
};

/// OK unless a process whose database lies elsewhere serves the study: one on this host that is
/// there, or one that still shows its beat, for which this waits. Processes whose database lies in
/// the directory itself are found by its lock. Errors: unavailable, naming host, pid and since.
absl::Status check_elsewhere(const std::string& directory, const ClaimOptions& options);

/// A process' hold on a study whose database lies elsewhere, where there is no lock that all hosts
/// would see: the file `owner` says who it is, and a number in `beat` that it is alive. Whoever
/// finds the number standing still takes over; the former holder sees that and stops writing.
/// Thread: one at a time.
class Claim {
 public:
  /// Requires: check_elsewhere() said OK just now. Errors: unavailable when another was quicker.
  static absl::StatusOr<std::unique_ptr<Claim>> take(const std::string& directory,
                                                     const Owner& owner, ClaimOptions options);
  ~Claim();
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  /// Shows that this process is alive, if it is time to. Errors: aborted when another took over.
  absl::Status beat();

  /// Errors: aborted, naming the other, when another took over.
  absl::Status held() const;

  /// Removes both files, unless another took over.
  void release();

 private:
  Claim(std::string directory, Owner owner, ClaimOptions options);

  const std::string directory_;
  const Owner owner_;
  const ClaimOptions options_;
  Seconds next_;
  std::int64_t beats_ = 0;
  bool released_ = false;
};

}  // namespace evolt
