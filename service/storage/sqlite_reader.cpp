#include "service/storage/database.hpp"
#include "service/storage/files.hpp"
#include "service/storage/journal.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/sqlite_study.hpp"
#include "service/storage/study_paths.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace evolt {
namespace {

using detail::Database;

/// How long a reader waits for another reader.
constexpr std::chrono::milliseconds kReaderWait{2'000};

class SqliteReader final : public StudyReader {
 public:
  SqliteReader(Database database, int format, StudyRecord record, std::optional<Seconds> as_of)
      : database_(std::move(database)),
        format_(format),
        record_(std::move(record)),
        as_of_(as_of) {}

  const StudyRecord& record() const override { return record_; }
  absl::Status replay(EventVisitor visit) override {
    return detail::replay_journal(database_, format_, record_, visit);
  }
  std::optional<Seconds> as_of() const override { return as_of_; }

 private:
  Database database_;
  int format_;
  StudyRecord record_;
  std::optional<Seconds> as_of_;
};

/// Bytes in the write-ahead log beside a database.
std::uintmax_t log_size(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path + "-wal", error);
  return error ? 0 : size;
}

absl::StatusOr<Database> open_locked(const std::string& directory, const std::string& path) {
  const bool killed = log_size(path) > 0;
  absl::StatusOr<Database> database = Database::open(path, SQLITE_OPEN_READWRITE);
  if (!database.ok()) {
    return database;
  }
  if (killed) {
    // What a killed process left stays as it is: the next start takes it in.
    sqlite3_db_config(database->get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  const auto until = std::chrono::steady_clock::now() + kReaderWait;
  while (true) {
    absl::Status status = database->run(
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT; PRAGMA query_only = 1");
    if (status.ok()) {
      return database;
    }
    const std::optional<Owner> owner = read_owner(directory);
    const bool served = owner && !surely_gone(*owner);
    if (!absl::IsUnavailable(status) || served || std::chrono::steady_clock::now() > until) {
      return status;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

absl::StatusOr<Database> open_unchanging(const std::string& path) {
  return Database::open(detail::immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

absl::StatusOr<std::unique_ptr<StudyReader>> read_open(absl::StatusOr<Database> database,
                                                       const std::string& path, bool copy) {
  if (!database.ok()) {
    return database.status();
  }
  const absl::StatusOr<bool> empty = detail::is_empty(*database);
  if (!empty.ok()) {
    return empty.status();
  }
  if (*empty) {
    return absl::NotFoundError(path + " is empty: no study was started there");
  }
  const absl::StatusOr<int> format = detail::read_format(*database, path);
  if (!format.ok()) {
    return format.status();
  }
  absl::StatusOr<StudyRecord> record = detail::load_record(*database);
  if (!record.ok()) {
    return record.status();
  }
  std::optional<Seconds> as_of;
  if (copy) {
    const absl::StatusOr<std::string> at = detail::get_meta(*database, detail::kCopiedAt);
    const absl::StatusOr<std::string> closed = detail::get_meta(*database, detail::kClosed);
    if (!at.ok() || at->empty() || !closed.ok()) {
      return absl::DataLossError(path + " is not a finished copy of a study");
    }
    if (closed->empty()) {
      as_of = Seconds{std::strtod(at->c_str(), nullptr)};
    }
  }
  return std::make_unique<SqliteReader>(*std::move(database), *format, *std::move(record), as_of);
}

/// The same, with the file named in what is wrong.
absl::StatusOr<std::unique_ptr<StudyReader>> make_reader(absl::StatusOr<Database> database,
                                                         const std::string& path, bool copy) {
  auto reader = read_open(std::move(database), path, copy);
  const absl::Status& status = reader.status();
  if (status.ok() || status.message().find(path) != std::string_view::npos) {
    return reader;
  }
  return absl::Status(status.code(), path + ": " + std::string(status.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<StudyReader>> read_study_file(const std::string& directory,
                                                             std::optional<bool> writable) {
  const std::string path = database_path(directory);
  if (::access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError("there is no study in " + directory + " (no " + path + ')');
  }
  if (::access(path.c_str(), R_OK) != 0) {
    return system_error("cannot read " + path, errno);
  }
  const bool may_write = writable.value_or(::access(path.c_str(), W_OK) == 0 &&
                                           ::access(directory.c_str(), W_OK) == 0);
  if (may_write) {
    return make_reader(open_locked(directory, path), path, false);
  }
  const auto log_holds_events = [&] { return log_size(path) > 0; };
  const absl::Status unread = absl::FailedPreconditionError(
      path +
      "-wal holds events that are not in study.db yet (the study runs, or was killed), and " +
      directory + " is read-only: read it as its owner, or on the host where it runs");
  if (log_holds_events()) {
    return unread;
  }
  auto reader = make_reader(open_unchanging(path), path, false);
  // A run that began meanwhile may have changed the file under us.
  return log_holds_events() ? absl::StatusOr<std::unique_ptr<StudyReader>>(unread)
                            : std::move(reader);
}

absl::StatusOr<std::unique_ptr<StudyReader>> read_snapshot(const std::string& directory) {
  const std::string path = snapshot_path(directory);
  if (::access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError("there is no snapshot in " + directory);
  }
  return make_reader(open_unchanging(path), path, true);
}

absl::StatusOr<std::unique_ptr<StudyReader>> read_mirror(const std::string& directory) {
  const std::string path = mirror_path(directory);
  if (::access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError("there is no mirror in " + directory);
  }
  return make_reader(open_unchanging(path), path, true);
}

}  // namespace evolt
