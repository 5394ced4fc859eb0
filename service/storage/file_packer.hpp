#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/units.hpp"
#include "service/storage/trial_folder.hpp"

#include <absl/status/status.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace evolt {

namespace detail {
class FilesDatabase;
}  // namespace detail

/// A trial that is over.
struct EndedTrial {
  TrialId trial;
  /// An attempt of it was lost: what ran it may still be alive somewhere, and write.
  bool lost_attempts = false;
};

struct FilePackerOptions {
  std::string directory;     ///< of the study
  std::string study_folder;  ///< of the study file: where the links in `work` folders lead
  bool locks = true;         ///< whether the file system has any
  Seconds settle{2};         ///< between a trial's end and its packing
  Seconds settle_lost{60};   ///< likewise, where attempts of it were lost
  Seconds every{5};          ///< the pause after a round of packing
  Seconds retry{60};         ///< between tries after a refusal
  std::size_t batch_bytes = std::size_t{4} << 20U;  ///< a commit with so much takes no more trials
  PackLimits limits;
  const Clock* clock = nullptr;  ///< nullptr: the machine's; must outlive the packer
  std::string vfs;               ///< SQLite's file layer; empty: the usual one
};

/// Packs the small files of ended trials into `files.db` and removes them when they are on disk
/// there. It has a thread of its own, of low priority, that nobody waits for. A failure leaves the
/// files as they are, and is said once. Thread: loop, all calls.
class FilePacker {
 public:
  /// `before`: trials that ended in earlier starts; what their folders still hold is packed too.
  FilePacker(FilePackerOptions options, std::vector<EndedTrial> before);
  ~FilePacker();
  FilePacker(const FilePacker&) = delete;
  FilePacker& operator=(const FilePacker&) = delete;

  void ended(EndedTrial trial);

  /// What went wrong, for the user, each kind of thing once; empty mostly. Cheap.
  std::string complaint();

  /// Packs what has come but has not settled yet, but for trials with lost attempts, and ends the
  /// thread. What takes longer than `patience` is left to the next start.
  void close(Seconds patience = {10});

 private:
  struct Due {
    EndedTrial trial;
    Seconds at;
  };

  void work();
  void find_earlier();
  std::vector<EndedTrial> wait_for_work();
  bool pack(const std::vector<EndedTrial>& trials);
  absl::Status commit(const std::vector<EndedTrial>& trials, std::size_t& next);
  absl::Status open();
  void complain(bool& said, const std::string& text);
  bool out_of_time() const;

  const FilePackerOptions options_;
  const Clock& clock_;
  std::vector<EndedTrial> before_;  // the thread's
  std::unique_ptr<detail::FilesDatabase> database_;
  bool said_unread_ = false;
  bool said_refused_ = false;
  std::atomic<bool> has_complaint_{false};
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::vector<Due> due_;
  Seconds wakes_at_;  // the thread, by itself
  std::string complaint_;
  bool closing_ = false;
  Seconds close_by_;
  bool broken_ = false;  // files.db cannot be used in this run
  std::thread thread_;
};

}  // namespace evolt
