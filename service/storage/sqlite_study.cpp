#include "service/storage/sqlite_study.hpp"

#include "service/storage/files.hpp"
#include "service/storage/format_one.hpp"
#include "service/storage/journal.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/sqlite_storage.hpp"
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
absl::Status open_database(detail::OpenedStudy& opened, const StudyOptions& options) {
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
absl::Status sign(detail::OpenedStudy& opened, const StudyOptions& options) {
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
  detail::OpenedStudy opened{.place = detail::place_of(directory, options.database_directory)};
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
  return detail::make_sqlite_storage(std::move(opened), std::move(options));
}

}  // namespace evolt
