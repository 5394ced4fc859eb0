#include "service/storage/sqlite_storage.hpp"

#include "service/storage/journal.hpp"
#include "service/storage/journal_writer.hpp"
#include "service/storage/study_paths.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <unistd.h>
#include <utility>

namespace evolt::detail {
namespace {

class SqliteStorage final : public Storage {
 public:
  SqliteStorage(OpenedStudy opened, StudyOptions options)
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
    return replay_journal(database_, kStudyFormat, record_, visit);
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
          Snapshot(database_, snapshot_plan(), *options_.clock).copy_now(false);
      if (!status.ok()) {
        return status;
      }
    }
    copies_.remove(place_);
    absl::StatusOr<JournalInserts> inserts = JournalInserts::prepare(database_);
    if (!inserts.ok()) {
      return inserts.status();
    }
    JournalPosition position{.incarnation = *incarnation,
                             .events = record_.events,
                             .seconds_before = record_.seconds,
                             .snapshot = snapshot_plan()};
    if (claim_ != nullptr) {
      position.beat = [claim = claim_.get()] { return claim->beat(); };
    }
    writer_ = std::make_unique<JournalWriter>(std::move(database_), *std::move(inserts),
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

  SnapshotPlan snapshot_plan() const {
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
        Snapshot(database_, snapshot_plan(), *options_.clock).copy_now(true);
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
      status = put_study(database_, study);
    }
    if (!status.ok()) {
      return status;
    }
    const absl::StatusOr<std::uint32_t> incarnation =
        begin_incarnation(database_, options_.clock->wall());
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

  const Place place_;
  const StudyOptions options_;
  StudyRecord record_;
  Database database_;  // until begin(), and in close()
  Copies copies_;
  std::unique_ptr<Claim> claim_;
  std::unique_ptr<JournalWriter> writer_;
  bool held_ = true;
  bool begun_ = false;
  bool moved_ = false;  // to the mirror
};

}  // namespace

std::unique_ptr<Storage> make_sqlite_storage(OpenedStudy opened, StudyOptions options) {
  return std::make_unique<SqliteStorage>(std::move(opened), std::move(options));
}

}  // namespace evolt::detail
