#pragma once

#include "core/clock.hpp"
#include "service/storage/file_system.hpp"
#include "service/storage/storage.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace evolt {

/// The version of the database's format: docs/storage.md.
inline constexpr int kStudyFormat = 2;

struct StudyOptions {
  std::size_t queue_limit = 65'536;    ///< events taken but not yet on disk
  std::int64_t commit_events = 4'096;  ///< a commit with so many takes no further row
  Seconds commit_every{0.020};         ///< the longest that a commit gathers rows
  Seconds linger{0.010};               ///< how long the first event waits for others
  Seconds retry{0.5};                  ///< between tries while the disk is full
  Seconds note_time{10};               ///< between notes of the running time, where nothing happens
  Seconds snapshot_every{3};           ///< at least this long between snapshots; 0: none
  double snapshot_share = 0.05;        ///< the most of the writer's time that snapshots may take
  Seconds lock_wait{10};               ///< for a reading command to finish with the file
  /// Where the database is kept, if not in the study's directory, which then has a mirror of it:
  /// a directory on a local disk, in which it makes one of its own.
  std::string database_directory;
  Seconds mirror_every{60};   ///< at least this long between two mirrors
  double mirror_share = 0.2;  ///< the most of the writer's time that mirroring may take
  Seconds beat_every{10};     ///< as ClaimOptions, for a database that lies elsewhere
  Seconds beat_patience{35};
  /// Hears what the user should know: of waiting, of a mirror that was gone on from, of one that
  /// cannot be renewed. Thread: any.
  std::function<void(const std::string&)> warn;
  /// Hears the sequence up to which everything is on disk. Thread: the writer's: post it on.
  std::function<void(std::int64_t)> on_durable;
  const Clock* clock = nullptr;       ///< nullptr: the machine's; must outlive the storage
  std::string vfs;                    ///< SQLite's file layer; empty: the usual one
  const FileSystem* files = nullptr;  ///< nullptr: the machine's; must outlive the call
};

/// Opens the study in `directory` for writing, making it where it is missing: `study.db`, and
/// `owner`, which tells others who serves it. One of an older format is turned into the present
/// one. Errors: unavailable when another process has it open, naming host, pid and since when;
/// failed_precondition for a newer format, naming both versions, for a file system without locks,
/// and where copies belong to different studies; data_loss when the file is not a study or damaged;
/// permission_denied.
absl::StatusOr<std::unique_ptr<Storage>> open_study(const std::string& directory,
                                                    StudyOptions options = {});

/// A study that is only read. Nothing is changed.
class StudyReader {
 public:
  virtual ~StudyReader() = default;

  virtual const StudyRecord& record() const = 0;

  /// Every event in order. Errors: data_loss, naming the row.
  virtual absl::Status replay(EventVisitor visit) = 0;

  /// Wall time a copy was taken at; nullopt for the study's own file, and for a mirror after which
  /// nothing came.
  virtual std::optional<Seconds> as_of() const = 0;
};

/// Reads the study's own file, holding its lock meanwhile. `writable` says whether files may be
/// made beside it, which a journal left by a killed process needs; nullopt: find out. Errors:
/// not_found; unavailable when a process has it open for writing; failed_precondition when the
/// directory is read-only and the journal holds events that are not in the file yet, and for a
/// newer format; data_loss; permission_denied.
absl::StatusOr<std::unique_ptr<StudyReader>> read_study_file(const std::string& directory,
                                                             std::optional<bool> writable = {});

/// Reads the snapshot that a running study leaves in its directory. Errors: as read_study_file.
absl::StatusOr<std::unique_ptr<StudyReader>> read_snapshot(const std::string& directory);

/// Reads the mirror in the directory of a study whose database lies elsewhere. It has no age when
/// the study ended in good order after it. Errors: as read_study_file.
absl::StatusOr<std::unique_ptr<StudyReader>> read_mirror(const std::string& directory);

}  // namespace evolt
