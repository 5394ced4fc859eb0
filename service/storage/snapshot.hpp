#pragma once

#include "service/storage/database.hpp"
#include "service/storage/sqlite_study.hpp"

#include <memory>
#include <string>

struct sqlite3_backup;

namespace evolt::detail {

/// Copies the database to a file that readers on any host can open, a little at a time: commits go
/// on in between, and what they change is copied again. Thread: the writer's.
class Snapshot {
 public:
  /// Requires: `source` and `options.clock` outlive it. An empty path: it never does anything.
  Snapshot(Database& source, std::string path, const StudyOptions& options);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// Something was committed.
  void changed() { changed_ = true; }

  /// Does a few milliseconds of work, if there is any to do now. A copy that fails is given up and
  /// tried again when the next one is due: the study does not depend on it.
  void work();

  bool under_way() const { return backup_ != nullptr; }

  /// Time until there will be work; 0: none is expected.
  Seconds next_in() const;

  /// Gives up a copy that is under way.
  void abandon();

 private:
  bool begin();
  bool finish();

  struct BackupCloser {
    void operator()(sqlite3_backup* backup) const;
  };

  Database& source_;
  const std::string path_;
  const StudyOptions& options_;
  std::string part_;  // path of the unfinished copy
  Database copy_;
  std::unique_ptr<sqlite3_backup, BackupCloser> backup_;  // closed before copy_
  bool changed_ = true;
  Seconds due_;
  Seconds cost_;
};

}  // namespace evolt::detail
