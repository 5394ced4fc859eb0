#include "service/storage/sqlite_study.hpp"

#include "service/storage/database.hpp"
#include "service/storage/format_one.hpp"
#include "service/storage/journal.hpp"
#include "service/storage/journal_writer.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/study_paths.hpp"

#include <sqlite3.h>

#include <chrono>
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

class SqliteStorage final : public Storage {
 public:
  SqliteStorage(std::string directory, Database database, StudyRecord record, StudyOptions options)
      : directory_(std::move(directory)),
        options_(std::move(options)),
        record_(std::move(record)),
        database_(std::move(database)) {}

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
    absl::StatusOr<detail::JournalInserts> inserts = detail::JournalInserts::prepare(database_);
    if (!inserts.ok()) {
      return inserts.status();
    }
    detail::JournalPosition position{
        .incarnation = *incarnation, .events = record_.events, .seconds_before = record_.seconds};
    if (options_.snapshot_every.value > 0) {
      position.snapshot = snapshot_path(directory_);
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
      if (status.ok()) {
        ::unlink(snapshot_path(directory_).c_str());  // the file itself says it all, and more
      }
    }
    release();
    return status;
  }

 private:
  static absl::Status not_writing() {
    return absl::FailedPreconditionError("the study is not open for writing");
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
      remove_owner(directory_);
      database_.close();
    }
  }

  const std::string directory_;
  const StudyOptions options_;
  StudyRecord record_;
  Database database_;  // until begin(), and in close()
  std::unique_ptr<detail::JournalWriter> writer_;
  bool held_ = true;
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

}  // namespace

absl::StatusOr<std::unique_ptr<Storage>> open_study(const std::string& directory,
                                                    StudyOptions options) {
  if (options.clock == nullptr) {
    options.clock = &machine_clock();
  }
  absl::Status status = make_study_directory(directory);
  if (status.ok()) {
    status = check_file_system(directory, options.file_system);
  }
  const std::string path = database_path(directory);
  if (status.ok()) {
    status = check_writable(directory);
  }
  if (status.ok()) {
    status = make_private_file(path);
  }
  if (status.ok()) {
    status = check_writable(path);
  }
  if (!status.ok()) {
    return status;
  }
  absl::StatusOr<Database> database = Database::open(path, SQLITE_OPEN_READWRITE, options.vfs);
  if (!database.ok()) {
    return database.status();
  }
  status = lock_for_writing(*database, directory, options);
  if (!status.ok()) {
    return named(status, path);
  }
  absl::StatusOr<StudyRecord> record = take_up(*database, path, options);
  if (!record.ok()) {
    return named(record.status(), path);
  }
  status = write_owner(directory, this_owner(options.clock->wall()));
  if (!status.ok()) {
    return status;
  }
  return std::make_unique<SqliteStorage>(directory, *std::move(database), *std::move(record),
                                         std::move(options));
}

}  // namespace evolt
