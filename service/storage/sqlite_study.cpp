#include "service/storage/sqlite_study.hpp"

#include "service/storage/claim.hpp"
#include "service/storage/copies.hpp"
#include "service/storage/database.hpp"
#include "service/storage/files.hpp"
#include "service/storage/format_one.hpp"
#include "service/storage/journal.hpp"
#include "service/storage/journal_writer.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/study_paths.hpp"

#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

using detail::Database;

const Clock& machine_clock() {
  static const SystemClock clock;
  return clock;
}

/// What is in hand when a study has been opened.
struct Opened {
  detail::Place place;
  Database database;
  StudyRecord record;
  detail::Copies copies;         // which the database replaces, once it has begun
  std::unique_ptr<Claim> claim;  // where the database lies elsewhere
};

class SqliteStorage final : public Storage {
 public:
  SqliteStorage(Opened opened, StudyOptions options)
      : place_(std::move(opened.place)),
        options_(std::move(options)),
        record_(std::move(opened.record)),
        database_(std::move(opened.database)),
        copies_(std::move(opened.copies)),
        claim_(std::move(opened.claim)) {}

  ~SqliteStorage() override {
    writer_.reset();
    release();
  }

  const StudyRecord& record() const override { return record_; }

  absl::Status replay(EventVisitor visit) override {
    if (!database_) {
      return absl::FailedPreconditionError("the journal is read before the study begins");
    }
    return detail::replay_journal(database_, kStudyFormat, record_, visit);
  }

  absl::StatusOr<std::uint32_t> begin(const std::string& study) override {
    if (!database_) {
      return absl::FailedPreconditionError("the study has already begun, or is closed");
    }
    absl::StatusOr<std::uint32_t> incarnation = record_start(study);
    if (!incarnation.ok()) {
      if (sqlite3_get_autocommit(database_.get()) == 0) {
        database_.run("ROLLBACK").IgnoreError();  // the error that counts is the first one
      }
      return incarnation;
    }
    begun_ = true;
    if (place_.mirrored) {
      // Whoever goes on from the mirror must know of this start.
      const absl::Status status =
          detail::Snapshot(database_, snapshot_plan(), *options_.clock).copy_now(false);
      if (!status.ok()) {
        return status;
      }
    }
    copies_.remove(place_);
    absl::StatusOr<detail::JournalInserts> inserts = detail::JournalInserts::prepare(database_);
    if (!inserts.ok()) {
      return inserts.status();
    }
    detail::JournalPosition position{.incarnation = *incarnation,
                                     .events = record_.events,
                                     .seconds_before = record_.seconds,
                                     .snapshot = snapshot_plan()};
    if (claim_ != nullptr) {
      position.beat = [claim = claim_.get()] { return claim->beat(); };
    }
    writer_ = std::make_unique<detail::JournalWriter>(std::move(database_), *std::move(inserts),
                                                      std::move(position), options_);
    return incarnation;
  }

  absl::Status append(std::vector<Event>&& events) override {
    return writer_ == nullptr ? not_writing() : writer_->append(std::move(events));
  }

  StorageHealth health() const override {
    return writer_ == nullptr ? StorageHealth{.appended = record_.events, .durable = record_.events}
                              : writer_->health();
  }

  Seconds seconds() const override {
    return writer_ == nullptr ? record_.seconds : writer_->seconds();
  }

  absl::Status flush() override { return writer_ == nullptr ? absl::OkStatus() : writer_->flush(); }

  absl::Status close() override {
    absl::Status status = flush();
    if (absl::IsUnavailable(status)) {
      return status;
    }
    if (writer_ != nullptr) {
      const StorageHealth last = writer_->health();
      record_.seconds = writer_->seconds();
      record_.events = last.durable;
      database_ = writer_->finish();
      writer_.reset();
      if (status.ok()) {
        status = database_.run("PRAGMA wal_checkpoint(TRUNCATE)");
      }
      if (status.ok() && place_.mirrored) {
        status = move_to_mirror();
      }
      if (status.ok()) {
        // The file itself says it all, and more.
        ::unlink(snapshot_path(place_.directory).c_str());
      }
    }
    release();
    return status;
  }

 private:
  static absl::Status not_writing() {
    return absl::FailedPreconditionError("the study is not open for writing");
  }

  detail::SnapshotPlan snapshot_plan() const {
    if (place_.mirrored) {
      return {.path = mirror_path(place_.directory),
              .every = options_.mirror_every,
              .share = options_.mirror_share,
              .durable = true,
              .may_replace = [claim = claim_.get()] { return claim->held(); }};
    }
    return {.path = options_.snapshot_every.value > 0 ? snapshot_path(place_.directory) : "",
            .every = options_.snapshot_every,
            .share = options_.snapshot_share};
  }

  /// The last mirror holds all, so that the next start may be on any host.
  absl::Status move_to_mirror() {
    const absl::Status status =
        detail::Snapshot(database_, snapshot_plan(), *options_.clock).copy_now(true);
    if (!status.ok()) {
      return {status.code(), "the record is whole in " + place_.database +
                                 ", but its mirror is not: " + std::string(status.message()) +
                                 "; the same command on this host makes up for it"};
    }
    // Removed while it is locked: who waits for the lock sees that the file is gone.
    for (const char* suffix : {"", "-wal", "-journal"}) {
      ::unlink((place_.database + suffix).c_str());
    }
    database_.close();
    moved_ = true;
    ::rmdir(std::filesystem::path(place_.database).parent_path().c_str());
    return absl::OkStatus();
  }

  absl::StatusOr<std::uint32_t> record_start(const std::string& study) {
    absl::Status status = database_.run("BEGIN IMMEDIATE");
    if (status.ok()) {
      status = detail::put_study(database_, study);
    }
    if (!status.ok()) {
      return status;
    }
    const absl::StatusOr<std::uint32_t> incarnation =
        detail::begin_incarnation(database_, options_.clock->wall());
    if (incarnation.ok()) {
      status = database_.run("COMMIT");
    }
    return status.ok() ? incarnation : absl::StatusOr<std::uint32_t>(status);
  }

  void release() {
    if (std::exchange(held_, false)) {
      // The owner goes first: whoever sees the lock free may write his own at once.
      if (claim_ == nullptr) {
        remove_owner(place_.directory);
      } else if (moved_) {
        claim_->release();
      } else if (!begun_) {
        claim_->release();
        if (place_.last) {
          // Where the last one left its database is still worth knowing.
          write_owner(place_.directory, *place_.last).IgnoreError();
        }
      }  // otherwise it says where the database is
      database_.close();
    }
  }

  const detail::Place place_;
  const StudyOptions options_;
  StudyRecord record_;
  Database database_;  // until begin(), and in close()
  detail::Copies copies_;
  std::unique_ptr<Claim> claim_;
  std::unique_ptr<detail::JournalWriter> writer_;
  bool held_ = true;
  bool begun_ = false;
  bool moved_ = false;  // to the mirror
};

absl::Status served_by_another(const std::string& directory, Seconds wall) {
  const std::optional<Owner> owner = read_owner(directory);
  const std::string who =
      owner && !surely_gone(*owner) ? describe(*owner, wall) : "another process";
  return absl::UnavailableError("the study in " + directory + " is already open: " + who +
                                "; look at it with: evolt best " + directory);
}

/// Takes the lock and keeps it. Tries again while only a reading command can have it.
absl::Status lock_for_writing(Database& database, const std::string& directory,
                              const StudyOptions& options) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::duration<double>(options.lock_wait.value);
  while (true) {
    absl::Status status = database.run(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; "
        "BEGIN EXCLUSIVE; COMMIT");
    if (!absl::IsUnavailable(status)) {
      return status;
    }
    const std::optional<Owner> owner = read_owner(directory);
    if ((owner && !surely_gone(*owner)) || std::chrono::steady_clock::now() > until) {
      return served_by_another(directory, options.clock->wall());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// Makes the tables, or those of an older format into ours; then reads what is known of the study.
absl::StatusOr<StudyRecord> take_up(Database& database, const std::string& path,
                                    const StudyOptions& options) {
  const absl::StatusOr<bool> empty = detail::is_empty(database);
  if (!empty.ok()) {
    return empty.status();
  }
  absl::Status status;
  if (*empty) {
    // Tables that a power failure takes away again are made anew: there is nothing in them yet.
    status = database.run("PRAGMA synchronous = OFF");
    status.Update(detail::create_journal(database, options.clock->wall()));
  }
  status.Update(database.run("PRAGMA synchronous = FULL"));
  const absl::StatusOr<int> format = detail::read_format(database, path);
  status.Update(format.status());
  if (!status.ok()) {
    return status;
  }
  absl::StatusOr<StudyRecord> record = detail::load_record(database);
  if (record.ok() && *format == 1) {
    status = detail::upgrade_format_one(database, *record);
  }
  return status.ok() ? std::move(record) : absl::StatusOr<StudyRecord>(status);
}

absl::Status named(const absl::Status& status, const std::string& path) {
  if (status.ok() || status.message().find(path) != std::string_view::npos) {
    return status;
  }
  return {status.code(), path + ": " + std::string(status.message())};
}

/// Makes the directories and tests what they lie on, before a database is touched.
absl::Status prepare_directories(const detail::Place& place, const StudyOptions& options) {
  const FileSystem& files = options.files == nullptr ? machine_file_system() : *options.files;
  const std::string home = std::filesystem::path(place.database).parent_path().string();
  absl::Status status = make_study_directory(place.directory);
  if (status.ok()) {
    status = check_writable(place.directory);
  }
  if (status.ok() && place.mirrored) {
    status = check_replacing(place.directory, files);
    status.Update(status.ok() ? make_study_directory(home) : status);
  }
  return status.ok() ? check_file_system(place.mirrored ? home : place.directory, files) : status;
}

ClaimOptions claim_options(const StudyOptions& options) {
  return {.beat_every = options.beat_every,
          .patience = options.beat_patience,
          .clock = options.clock,
          .warn = options.warn};
}

absl::StatusOr<Database> open_locked(const detail::Place& place, const StudyOptions& options) {
  constexpr int kTries = 3;
  for (int tries = 0; tries < kTries; ++tries) {
    absl::Status status = make_private_file(place.database);
    if (status.ok()) {
      status = check_writable(place.database);
    }
    if (!status.ok()) {
      return status;
    }
    absl::StatusOr<Database> database =
        Database::open(place.database, SQLITE_OPEN_READWRITE, options.vfs);
    status = database.status();
    if (status.ok()) {
      status = lock_for_writing(*database, place.directory, options);
    }
    if (!status.ok()) {
      return named(status, place.database);
    }
    if (!database->moved()) {
      return database;
    }
  }
  return absl::UnavailableError(place.database + " is removed again and again");
}

/// Opens the database of a study and locks it, with all that the study's other copies know.
absl::Status open_database(Opened& opened, const StudyOptions& options) {
  const std::string& path = opened.place.database;
  absl::StatusOr<Database> database = open_locked(opened.place, options);
  if (!database.ok()) {
    return database.status();
  }
  opened.database = *std::move(database);
  absl::StatusOr<detail::Copies> copies = detail::Copies::open(opened.place);
  if (!copies.ok()) {
    return copies.status();
  }
  opened.copies = *std::move(copies);
  const absl::Status status = opened.copies.bring_furthest_to(opened.database, opened.place);
  if (!status.ok()) {
    return named(status, path);
  }
  absl::StatusOr<StudyRecord> record = take_up(opened.database, path, options);
  if (record.ok()) {
    opened.record = *std::move(record);
  }
  return named(record.status(), path);
}

/// Says who serves the study from now on.
absl::Status sign(Opened& opened, const StudyOptions& options) {
  Owner owner = this_owner(options.clock->wall());
  if (!opened.place.mirrored) {
    return write_owner(opened.place.directory, owner);
  }
  owner.database = opened.place.database;
  absl::StatusOr<std::unique_ptr<Claim>> claim =
      Claim::take(opened.place.directory, owner, claim_options(options));
  if (claim.ok()) {
    opened.claim = *std::move(claim);
  }
  return claim.status();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Storage>> open_study(const std::string& directory,
                                                    StudyOptions options) {
  if (options.clock == nullptr) {
    options.clock = &machine_clock();
  }
  Opened opened{.place = detail::place_of(directory, options.database_directory)};
  opened.place.now = options.clock->wall();
  opened.place.warn = options.warn ? options.warn : [](const std::string&) {};
  absl::Status status = prepare_directories(opened.place, options);
  if (status.ok()) {
    status = check_elsewhere(directory, claim_options(options));
  }
  opened.place.last = read_owner(directory);
  if (status.ok()) {
    status = open_database(opened, options);
  }
  if (status.ok()) {
    status = sign(opened, options);
  }
  if (!status.ok()) {
    return status;
  }
  return std::make_unique<SqliteStorage>(std::move(opened), std::move(options));
}

}  // namespace evolt
