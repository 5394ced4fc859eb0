#include "service/storage/copies.hpp"

#include "service/storage/files.hpp"
#include "service/storage/journal.hpp"
#include "service/storage/snapshot.hpp"
#include "service/storage/study_paths.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace evolt::detail {
namespace {

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

std::string hex(std::uint64_t number) {
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; number >>= 4U) {
    text[i] = "0123456789abcdef"[number & 15U];
  }
  return text;
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return hash;
}

/// How many events of `here` a copy that went on from an earlier moment of it does not know.
absl::StatusOr<std::int64_t> events_unknown_to(Database& copy, const Progress& here) {
  const absl::StatusOr<std::int64_t> known =
      copy.whole("SELECT events FROM incarnations WHERE number = " + std::to_string(here.starts));
  return known.ok() ? absl::StatusOr<std::int64_t>(std::max<std::int64_t>(0, here.events - *known))
                    : known;
}

absl::Status forget_copying(Database& database) {
  absl::StatusOr<Statement> forget = database.prepare("DELETE FROM meta WHERE key IN (?1, ?2)");
  if (!forget.ok()) {
    return forget.status();
  }
  forget->bind(1, kCopiedAt);
  forget->bind(2, kClosed);
  return forget->run();
}

bool elsewhere(const Owner& owner) {
  return owner.host != this_owner({}).host;
}

/// Why a mirror is what a study goes on from.
std::string loss(const Place& place) {
  return place.last && !place.last->database.empty() && elsewhere(*place.last)
             ? "the database is " + place.last->database + " on host " + place.last->host +
                   ", out of reach from here"
             : "the database itself is gone";
}

bool same_study(const Progress& a, const Progress& b) {
  return a.identity.empty() || b.identity.empty() || a.identity == b.identity;
}

}  // namespace

absl::StatusOr<Progress> progress_of(Database& database, const std::string& path) {
  const absl::StatusOr<bool> empty = is_empty(database);
  if (!empty.ok() || *empty) {
    return empty.ok() ? absl::StatusOr<Progress>(Progress{}) : empty.status();
  }
  const absl::StatusOr<int> format = read_format(database, path);
  if (!format.ok()) {
    return format.status();
  }
  const absl::StatusOr<StudyRecord> record = load_record(database);
  const absl::StatusOr<std::string> identity = get_meta(database, kIdentity);
  const absl::StatusOr<std::string> copied = get_meta(database, kCopiedAt);
  const absl::StatusOr<std::string> closed = get_meta(database, kClosed);
  absl::Status status = record.status();
  for (const absl::Status& each : {identity.status(), copied.status(), closed.status()}) {
    status.Update(each);
  }
  if (!status.ok()) {
    return status;
  }
  Progress progress{.identity = *identity,
                    .starts = record->starts,
                    .events = record->events,
                    .closed = !closed->empty()};
  if (!copied->empty()) {
    progress.copied_at = Seconds{std::strtod(copied->c_str(), nullptr)};
  }
  return progress;
}

absl::Status copy_database(Database& from, Database& to) {
  sqlite3_backup* const backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) {
    return sqlite_status(to.get(), sqlite3_errcode(to.get()), "cannot copy the study");
  }
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped == SQLITE_DONE && finished == SQLITE_OK) {
    return absl::OkStatus();
  }
  return sqlite_status(nullptr, finished == SQLITE_OK ? stepped : finished,
                       "cannot copy the study");
}

Place place_of(const std::string& directory, const std::string& database_directory) {
  if (database_directory.empty()) {
    return {.directory = directory, .database = database_path(directory)};
  }
  std::error_code ignored;
  // Absolute first: the directory may not be there yet, and its place must not change when it is.
  const std::filesystem::path absolute = std::filesystem::absolute(directory).lexically_normal();
  std::filesystem::path whole = std::filesystem::weakly_canonical(absolute, ignored);
  if (ignored) {
    whole = absolute;
  }
  if (!whole.has_filename()) {
    whole = whole.parent_path();  // `study/`
  }
  const std::string name = whole.has_filename() ? whole.filename().string() : "study";
  return {.directory = directory,
          .database = database_path(std::filesystem::absolute(database_directory)
                                        .append(name + '-' + hex(hash(whole.string())))
                                        .string()),
          .mirrored = true};
}

absl::Status Copies::add(const std::string& path, bool mirror) {
  if (!exists(path)) {
    return absl::OkStatus();
  }
  absl::StatusOr<Database> database =
      mirror ? Database::open(immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
             : Database::open(path, SQLITE_OPEN_READWRITE);
  absl::Status status = database.status();
  if (status.ok() && !mirror) {
    sqlite3_db_config(database->get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    status = database->run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
  }
  if (status.ok()) {
    absl::StatusOr<Progress> progress = progress_of(*database, path);
    status = progress.status();
    if (status.ok()) {
      copies_.push_back({path, *std::move(database), *std::move(progress)});
    }
  }
  return status.ok() ? status
                     : absl::Status(status.code(), path + ": " + std::string(status.message()));
}

absl::StatusOr<Copies> Copies::open(const Place& place) {
  Copies copies;
  absl::Status status = copies.add(mirror_path(place.directory), true);
  const std::string own = database_path(place.directory);
  if (status.ok() && place.mirrored) {
    status = copies.add(own, false);
  }
  if (status.ok() && place.last && !place.last->database.empty() &&
      place.last->database != place.database && !elsewhere(*place.last)) {
    status = copies.add(place.last->database, false);
  }
  return status.ok() ? absl::StatusOr<Copies>(std::move(copies)) : status;
}

absl::Status Copies::bring_furthest_to(Database& here, const Place& place) {
  const absl::StatusOr<Progress> mine = progress_of(here, place.database);
  if (!mine.ok()) {
    return mine.status();
  }
  Copy* best = nullptr;
  for (Copy& copy : copies_) {
    if (!mine->none() && !copy.progress.none() && !same_study(*mine, copy.progress)) {
      return absl::FailedPreconditionError(
          place.database + " and " + copy.path +
          " belong to different studies; remove or move away the one that is not wanted");
    }
    if (copy.progress.further_than(best == nullptr ? *mine : best->progress)) {
      best = &copy;
    }
  }
  const bool alone = std::all_of(copies_.begin(), copies_.end(),
                                 [](const Copy& copy) { return copy.progress.none(); });
  if (place.mirrored && alone && mine->events > 0) {
    return absl::FailedPreconditionError(
        place.database + " holds " + std::to_string(mine->events) +
        " events of a study that was in " + place.directory +
        ", where nothing is left of it: remove that file to begin anew");
  }
  if (best == nullptr) {
    return absl::OkStatus();
  }
  if (mine->starts > 0) {
    const absl::StatusOr<std::int64_t> unknown = events_unknown_to(best->database, *mine);
    if (!unknown.ok()) {
      return unknown.status();
    }
    if (*unknown > 0) {
      const std::string aside = place.database + ".aside";
      const SystemClock clock;
      Snapshot copy(here, SnapshotPlan{.path = aside, .durable = true}, clock);
      if (absl::Status status = copy.copy_now(false); !status.ok()) {
        return status;
      }
      place.warn("the study went on elsewhere from an earlier moment: " + std::to_string(*unknown) +
                 " events that only " + place.database + " had are kept in " + aside);
    }
  }
  absl::Status status = copy_database(best->database, here);
  if (status.ok()) {
    status = forget_copying(here);
  }
  if (status.ok() && best->progress.copied_at && !best->progress.closed) {
    place.warn("going on from " + best->path + ", which is " +
               duration_text(place.now - *best->progress.copied_at) + " old: " + loss(place) +
               ", and up to 60 s of finished work that it had may run again");
  }
  return status;
}

void Copies::remove(const Place& place) {
  if (copies_.empty()) {
    return;
  }
  copies_.clear();
  const std::string old =
      place.mirrored ? database_path(place.directory) : mirror_path(place.directory);
  for (const char* suffix : {"", "-wal", "-journal"}) {
    ::unlink((old + suffix).c_str());
  }
}

}  // namespace evolt::detail
