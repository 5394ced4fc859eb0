#pragma once

#include "service/storage/database.hpp"
#include "service/storage/journal.hpp"
#include "service/storage/packed_events.hpp"
#include "service/storage/snapshot.hpp"
#include "service/storage/sqlite_study.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace evolt::detail {

/// Where a writer goes on.
struct JournalPosition {
  std::uint32_t incarnation = 1;
  std::int64_t events = 0;
  Seconds seconds_before;
  SnapshotPlan snapshot;
  /// Shows others that this process is alive. An error ends the writing.
  std::function<absl::Status()> beat;
};

/// One thread that puts queued events on disk, many to a commit, and copies snapshots when it has
/// nothing better to do. The connection is its own until finish().
class JournalWriter {
 public:
  /// Requires: `options.clock` is set.
  JournalWriter(Database database, JournalInserts inserts, JournalPosition position,
                StudyOptions options);
  /// Ends the thread after what is queued, unless the disk is full.
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  absl::Status append(std::vector<Event>&& events);
  absl::Status flush();
  StorageHealth health() const;
  Seconds seconds() const;

  /// Ends the thread, notes the running time and gives the connection back.
  Database finish();

 private:
  void work();
  bool gather(PackedEvents& batch);
  void write(const PackedEvents& batch);
  absl::Status commit_some(const PackedEvents& batch, std::size_t& row, std::int64_t& sequence);
  bool wait_for_room(const absl::Status& status);
  bool beat();
  void upkeep();
  void copy();
  absl::Status note_time();
  void stop();

  const StudyOptions options_;
  const JournalPosition start_;
  const Seconds begun_;

  // The writer's thread only.
  Database database_;
  JournalInserts inserts_;
  Snapshot snapshot_;
  bool copy_failed_ = false;
  std::int64_t written_ = 0;
  Seconds noted_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  std::condition_variable done_;
  PackedEvents queue_;
  std::int64_t appended_ = 0;
  std::int64_t durable_ = 0;
  std::string paused_;
  std::int64_t refusals_ = 0;
  absl::Status failed_;
  bool sleeping_ = false;
  bool hurry_ = false;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace evolt::detail
