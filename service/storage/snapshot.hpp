#pragma once

#include "core/clock.hpp"
#include "service/storage/database.hpp"

#include <absl/status/status.h>

#include <functional>
#include <memory>
#include <string>

struct sqlite3_backup;

namespace evolt::detail {

/// Which copy is made, and how often.
struct SnapshotPlan {
  std::string path;      ///< empty: none
  Seconds every{3};      ///< at least this long between two
  double share = 0.05;   ///< the most of the writer's time that copying may take
  bool durable = false;  ///< flushed before it takes the place of the last one
  std::function<absl::Status()> may_replace;  ///< asked before that; empty: yes
};

/// Copies the database to a file that readers on any host can open, a little at a time: commits go
/// on in between, and what they change is copied again. Thread: the writer's.
class Snapshot {
 public:
  /// Requires: `source` and `clock` outlive it.
  Snapshot(Database& source, SnapshotPlan plan, const Clock& clock);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// Something was committed.
  void changed() { changed_ = true; }

  /// Does a few milliseconds of work, if there is any to do now. A copy that fails is given up and
  /// tried again when the next one is due; its error is returned.
  absl::Status work();

  /// Makes a whole copy at once. `closed`: nothing comes after it, and it says so.
  absl::Status copy_now(bool closed);

  bool under_way() const { return backup_ != nullptr; }

  /// Time until there will be work; 0: none is expected.
  Seconds next_in() const;

  /// Gives up a copy that is under way.
  void abandon();

 private:
  absl::Status begin();
  absl::Status step(int pages, bool& complete);
  absl::Status finish(bool closed);

  struct BackupCloser {
    void operator()(sqlite3_backup* backup) const;
  };

  Database& source_;
  const SnapshotPlan plan_;
  const Clock& clock_;
  std::string part_;  // path of the unfinished copy
  Database copy_;
  std::unique_ptr<sqlite3_backup, BackupCloser> backup_;  // closed before copy_
  bool changed_ = true;
  Seconds due_;
  Seconds cost_;
};

}  // namespace evolt::detail
