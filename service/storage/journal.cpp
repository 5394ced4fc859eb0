#include "service/storage/journal.hpp"

#include "proto/convert.hpp"
#include "service/storage/format_one.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/sqlite_study.hpp"

#include <sqlite3.h>

#include <array>
#include <zlib.h>

namespace evolt::detail {
namespace {

/// `EVLT`, in the file's header.
constexpr std::int64_t kApplication = 0x45564C54;

constexpr const char* kTables = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incarnations(number INTEGER PRIMARY KEY, started REAL NOT NULL, seconds REAL NOT NULL,
  events INTEGER NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, version TEXT NOT NULL);
)";

/// `events 5 to 17 of the study are damaged: ...`
absl::Status damaged(std::int64_t first, std::int64_t last, const std::string& how) {
  return absl::DataLossError(
      last > first ? "events " + std::to_string(first) + " to " + std::to_string(last) +
                         " of the study are damaged: " + how
                   : "event " + std::to_string(first) + " of the study is damaged: " + how);
}

/// The events of a row, when everything in it agrees.
absl::StatusOr<std::vector<Event>> read_row(const Statement& row, std::int64_t first,
                                            std::int64_t count) {
  const std::int64_t last = first + count - 1;
  const std::string_view body = row.blob(2);
  if (row.whole(3) != row_checksum(first, body)) {
    return damaged(first, last, "the checksum does not fit");
  }
  absl::StatusOr<std::vector<Event>> events = decode_events(body);
  if (!events.ok()) {
    return damaged(first, last, std::string(events.status().message()));
  }
  if (static_cast<std::int64_t>(events->size()) != count) {
    return damaged(first, last, "the row holds " + std::to_string(events->size()));
  }
  return events;
}

}  // namespace

std::uint32_t checksum(std::int64_t sequence, std::string_view body) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ static_cast<std::uint64_t>(sequence);
  for (const char c : body) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

std::uint32_t row_checksum(std::int64_t first, std::string_view body) {
  std::array<unsigned char, 8> place{};
  for (std::size_t i = 0; i < place.size(); ++i) {
    place[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(first) >> (8 * i));
  }
  const uLong begun = crc32_z(0, place.data(), place.size());
  return static_cast<std::uint32_t>(
      crc32_z(begun, reinterpret_cast<const unsigned char*>(body.data()), body.size()));
}

absl::Status create_journal(Database& database, Seconds wall) {
  const std::string script = "BEGIN IMMEDIATE;" + std::string(kTables) + kJournalTable +
                             "PRAGMA application_id = " + std::to_string(kApplication) +
                             "; PRAGMA user_version = " + std::to_string(kStudyFormat) + ';';
  absl::Status status = database.run(script.c_str());
  if (status.ok()) {
    status = put_meta(database, "created_at", std::to_string(wall.value));
  }
  if (status.ok()) {
    status = put_writer(database);
  }
  if (status.ok()) {
    status = put_identity(database);
  }
  return status.ok() ? database.run("COMMIT") : status;
}

absl::Status put_identity(Database& database) {
  absl::StatusOr<Statement> put =
      database.prepare("INSERT OR IGNORE INTO meta VALUES(?1, lower(hex(randomblob(16))))");
  if (!put.ok()) {
    return put.status();
  }
  put->bind(1, kIdentity);
  return put->run();
}

absl::Status put_writer(Database& database) {
  return put_meta(database, "written_by", "evolt " EVOLT_VERSION);
}

absl::StatusOr<bool> is_empty(Database& database) {
  const absl::StatusOr<std::int64_t> tables = database.whole("SELECT count(*) FROM sqlite_master");
  if (!tables.ok()) {
    return tables.status();
  }
  return *tables == 0;
}

absl::StatusOr<int> read_format(Database& database, const std::string& path) {
  const absl::StatusOr<std::int64_t> application = database.whole("PRAGMA application_id");
  if (!application.ok()) {
    return application.status();
  }
  if (*application != kApplication) {
    return absl::DataLossError(path + " is a database, but not a study of evolt");
  }
  const absl::StatusOr<std::int64_t> format = database.whole("PRAGMA user_version");
  if (!format.ok()) {
    return format.status();
  }
  if (*format > kStudyFormat) {
    const absl::StatusOr<std::string> writer = get_meta(database, "written_by");
    return absl::FailedPreconditionError(
        path + " has format " + std::to_string(*format) + ", written by " +
        (writer.ok() && !writer->empty() ? *writer : "a newer evolt") +
        "; this is evolt " EVOLT_VERSION ", which reads up to format " +
        std::to_string(kStudyFormat) + ": use the newer one");
  }
  if (*format < 1) {
    return absl::DataLossError(path + " is damaged: its format is " + std::to_string(*format));
  }
  return static_cast<int>(*format);
}

absl::Status put_meta(Database& database, std::string_view key, std::string_view value) {
  absl::StatusOr<Statement> put =
      database.prepare("INSERT INTO meta VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2");
  if (!put.ok()) {
    return put.status();
  }
  put->bind(1, key);
  put->bind(2, value);
  return put->run();
}

absl::StatusOr<std::string> get_meta(Database& database, std::string_view key) {
  absl::StatusOr<Statement> get = database.prepare("SELECT value FROM meta WHERE key = ?");
  if (!get.ok()) {
    return get.status();
  }
  get->bind(1, key);
  const absl::StatusOr<bool> row = get->step();
  if (!row.ok()) {
    return row.status();
  }
  return *row ? std::string(get->text(0)) : std::string();
}

absl::Status put_study(Database& database, const std::string& study) {
  const absl::Status status = put_meta(database, "study", study);
  return status.ok() ? put_meta(database, "study_checksum", std::to_string(checksum(0, study)))
                     : status;
}

absl::StatusOr<StudyRecord> load_record(Database& database) {
  StudyRecord record;
  const absl::StatusOr<std::string> study = get_meta(database, "study");
  const absl::StatusOr<std::string> sum = get_meta(database, "study_checksum");
  if (!study.ok() || !sum.ok()) {
    return study.ok() ? sum.status() : study.status();
  }
  if (!study->empty() && *sum != std::to_string(checksum(0, *study))) {
    return absl::DataLossError("the stored study is damaged: its checksum does not fit");
  }
  record.study = *study;
  absl::StatusOr<Statement> starts = database.prepare(
      "SELECT count(*), coalesce(max(number), 0), coalesce(sum(seconds), 0), "
      "coalesce(max(events), 0) FROM incarnations");
  if (!starts.ok()) {
    return starts.status();
  }
  const absl::StatusOr<bool> row = starts->step();
  if (!row.ok()) {
    return row.status();
  }
  if (starts->whole(0) != starts->whole(1)) {
    return absl::DataLossError("the study is damaged: starts are missing from its record");
  }
  record.starts = static_cast<std::uint32_t>(starts->whole(0));
  record.seconds = {starts->real(2)};
  record.events = starts->whole(3);
  return record;
}

absl::Status replay_journal(Database& database, int format, const StudyRecord& record,
                            EventVisitor visit) {
  if (format == 1) {
    return replay_format_one(database, record, visit);
  }
  absl::StatusOr<Statement> rows =
      database.prepare("SELECT first, events, body, checksum FROM journal ORDER BY first");
  if (!rows.ok()) {
    return rows.status();
  }
  std::int64_t sequence = 0;
  while (true) {
    const absl::StatusOr<bool> row = rows->step();
    if (!row.ok()) {
      return {row.status().code(), std::string(row.status().message()) + " (after event " +
                                       std::to_string(sequence) + ')'};
    }
    if (!*row) {
      break;
    }
    const std::int64_t first = rows->whole(0);
    if (first != sequence + 1) {
      return first > sequence ? damaged(sequence + 1, first - 1, "no row holds this")
                              : damaged(first, sequence, "another row holds this too");
    }
    absl::StatusOr<std::vector<Event>> events = read_row(*rows, first, rows->whole(1));
    if (!events.ok()) {
      return events.status();
    }
    for (Event& event : *events) {
      if (absl::Status status = visit({++sequence, std::move(event)}); !status.ok()) {
        return status;
      }
    }
  }
  return check_total(sequence, record);
}

absl::Status check_total(std::int64_t events, const StudyRecord& record) {
  return events == record.events
             ? absl::OkStatus()
             : absl::DataLossError("the study is damaged: it has " + std::to_string(events) +
                                   " events, but recorded " + std::to_string(record.events));
}

absl::StatusOr<std::uint32_t> begin_incarnation(Database& database, Seconds wall) {
  absl::StatusOr<Statement> insert = database.prepare(
      "INSERT INTO incarnations SELECT coalesce(max(number), 0) + 1, ?1, 0, "
      "coalesce(max(events), 0), ?2, ?3, ?4 FROM incarnations");
  if (!insert.ok()) {
    return insert.status();
  }
  const Owner owner = this_owner(wall);
  insert->bind(1, wall.value);
  insert->bind(2, owner.host);
  insert->bind(3, static_cast<std::int64_t>(owner.pid));
  insert->bind(4, std::string_view(EVOLT_VERSION));
  if (absl::Status status = insert->run(); !status.ok()) {
    return status;
  }
  return static_cast<std::uint32_t>(sqlite3_last_insert_rowid(database.get()));
}

absl::StatusOr<JournalInserts> JournalInserts::prepare(Database& database) {
  JournalInserts inserts;
  const auto into = [&](Statement& statement, std::string_view sql) -> absl::Status {
    absl::StatusOr<Statement> prepared = database.prepare(sql);
    if (!prepared.ok()) {
      return prepared.status();
    }
    statement = *std::move(prepared);
    return absl::OkStatus();
  };
  absl::Status status = into(inserts.row_, "INSERT INTO journal VALUES(?1, ?2, ?3, ?4)");
  status.Update(
      into(inserts.note_, "UPDATE incarnations SET seconds = ?2, events = ?3 WHERE number = ?1"));
  if (!status.ok()) {
    return status;
  }
  return inserts;
}

absl::Status JournalInserts::insert(std::int64_t first, std::int64_t events,
                                    std::string_view body) {
  row_.bind(1, first);
  row_.bind(2, events);
  row_.bind_blob(3, body);
  row_.bind(4, static_cast<std::int64_t>(row_checksum(first, body)));
  return row_.run();
}

absl::Status JournalInserts::note(std::uint32_t incarnation, Seconds seconds, std::int64_t events) {
  note_.bind(1, static_cast<std::int64_t>(incarnation));
  note_.bind(2, seconds.value);
  note_.bind(3, events);
  return note_.run();
}

}  // namespace evolt::detail
