#include "service/storage/journal.hpp"

#include "proto/convert.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/sqlite_study.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace evolt::detail {
namespace {

/// `EVLT`, in the file's header.
constexpr std::int64_t kApplication = 0x45564C54;

constexpr const char* kTables = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incarnations(number INTEGER PRIMARY KEY, started REAL NOT NULL, seconds REAL NOT NULL,
  events INTEGER NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, version TEXT NOT NULL);
CREATE TABLE events(seq INTEGER PRIMARY KEY, at REAL, kind TEXT NOT NULL,
  incarnation INTEGER NOT NULL, rank INTEGER NOT NULL, counter INTEGER NOT NULL, attempt INTEGER,
  body BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE trials(number INTEGER PRIMARY KEY, incarnation INTEGER NOT NULL,
  rank INTEGER NOT NULL, counter INTEGER NOT NULL, UNIQUE(incarnation, rank, counter));
)";

constexpr std::string_view kReplay = R"(
SELECT e.seq, e.kind, e.incarnation, e.rank, e.counter, e.body, e.checksum, t.number
FROM events e LEFT JOIN trials t USING (incarnation, rank, counter) ORDER BY e.seq)";

absl::Status damaged(std::int64_t row, const std::string& how) {
  return absl::DataLossError("event " + std::to_string(row) + " of the study is damaged: " + how);
}

/// The event of a row, when everything in it agrees.
absl::StatusOr<Event> read_row(const Statement& row, std::int64_t sequence) {
  const std::string_view body = row.blob(5);
  if (row.whole(6) != checksum(sequence, body)) {
    return damaged(sequence, "its checksum does not fit");
  }
  absl::StatusOr<Event> event = decode_event(body);
  if (!event.ok()) {
    return damaged(sequence, std::string(event.status().message()));
  }
  const TrialId id{static_cast<std::uint32_t>(row.whole(2)),
                   static_cast<std::uint32_t>(row.whole(3)),
                   static_cast<std::uint64_t>(row.whole(4))};
  if (row.text(1) != kind_name(*event) || id != subject(*event)) {
    return damaged(sequence, "its columns and its body differ");
  }
  return event;
}

}  // namespace

std::uint32_t checksum(std::int64_t sequence, std::string_view body) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ static_cast<std::uint64_t>(sequence);
  for (const char c : body) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

absl::Status create_journal(Database& database, Seconds wall) {
  const std::string script = "BEGIN IMMEDIATE;" + std::string(kTables) +
                             "PRAGMA application_id = " + std::to_string(kApplication) +
                             "; PRAGMA user_version = " + std::to_string(kStudyFormat) + ';';
  absl::Status status = database.run(script.c_str());
  if (status.ok()) {
    status = put_meta(database, "created_at", std::to_string(wall.value));
  }
  if (status.ok()) {
    status = put_meta(database, "written_by", "evolt " EVOLT_VERSION);
  }
  return status.ok() ? database.run("COMMIT") : status;
}

absl::StatusOr<bool> is_empty(Database& database) {
  const absl::StatusOr<std::int64_t> tables = database.whole("SELECT count(*) FROM sqlite_master");
  if (!tables.ok()) {
    return tables.status();
  }
  return *tables == 0;
}

absl::Status check_format(Database& database, const std::string& path) {
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
  return absl::OkStatus();
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
  const absl::StatusOr<std::int64_t> trials = database.whole("SELECT count(*) FROM trials");
  if (!trials.ok()) {
    return trials.status();
  }
  record.trials = *trials;
  return record;
}

absl::Status replay_journal(Database& database, const StudyRecord& record, EventVisitor visit) {
  absl::StatusOr<Statement> rows = database.prepare(kReplay);
  if (!rows.ok()) {
    return rows.status();
  }
  std::int64_t sequence = 0;
  std::int64_t trials = 0;
  while (true) {
    const absl::StatusOr<bool> row = rows->step();
    if (!row.ok()) {
      return {row.status().code(), std::string(row.status().message()) + " (after event " +
                                       std::to_string(sequence) + ')'};
    }
    if (!*row) {
      break;
    }
    if (rows->whole(0) != sequence + 1) {
      return damaged(sequence + 1, "it is missing");
    }
    ++sequence;
    absl::StatusOr<Event> event = read_row(*rows, sequence);
    if (!event.ok()) {
      return event.status();
    }
    std::int64_t number = rows->whole(7);
    if (std::holds_alternative<Bred>(event->what)) {
      if (number < 1 || number > trials + 1) {
        return damaged(sequence, "its trial has no number, or a wrong one");
      }
      trials = std::max(trials, number);
    }
    number = number > trials ? 0 : number;
    if (absl::Status status = visit({sequence, number, *std::move(event)}); !status.ok()) {
      return status;
    }
  }
  if (sequence != record.events || trials != record.trials) {
    return absl::DataLossError("the study is damaged: it has " + std::to_string(sequence) +
                               " events and " + std::to_string(trials) + " trials, but recorded " +
                               std::to_string(record.events) + " and " +
                               std::to_string(record.trials));
  }
  return absl::OkStatus();
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
  absl::Status status =
      into(inserts.event_, "INSERT INTO events VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  status.Update(into(inserts.trial_, "INSERT OR IGNORE INTO trials VALUES(?1, ?2, ?3, ?4)"));
  status.Update(
      into(inserts.note_, "UPDATE incarnations SET seconds = ?2, events = ?3 WHERE number = ?1"));
  if (!status.ok()) {
    return status;
  }
  return inserts;
}

absl::Status JournalInserts::insert(Database& database, std::int64_t sequence, const EventRow& row,
                                    std::string_view body, std::int64_t& trials) {
  const TrialId& id = row.trial;
  event_.bind(1, sequence);
  event_.bind(2, row.at);
  event_.bind(3, std::string_view(row.kind));
  event_.bind(4, static_cast<std::int64_t>(id.incarnation));
  event_.bind(5, static_cast<std::int64_t>(id.rank));
  event_.bind(6, static_cast<std::int64_t>(id.counter));
  if (row.attempt) {
    event_.bind(7, static_cast<std::int64_t>(*row.attempt));
  } else {
    event_.bind_null(7);
  }
  event_.bind_blob(8, body);
  event_.bind(9, static_cast<std::int64_t>(checksum(sequence, body)));
  if (absl::Status status = event_.run(); !status.ok()) {
    return status;
  }
  if (!row.bred) {
    return absl::OkStatus();
  }
  trial_.bind(1, trials + 1);
  trial_.bind(2, static_cast<std::int64_t>(id.incarnation));
  trial_.bind(3, static_cast<std::int64_t>(id.rank));
  trial_.bind(4, static_cast<std::int64_t>(id.counter));
  if (absl::Status status = trial_.run(); !status.ok()) {
    return status;
  }
  trials += sqlite3_changes(database.get());
  return absl::OkStatus();
}

absl::Status JournalInserts::note(std::uint32_t incarnation, Seconds seconds, std::int64_t events) {
  note_.bind(1, static_cast<std::int64_t>(incarnation));
  note_.bind(2, seconds.value);
  note_.bind(3, events);
  return note_.run();
}

}  // namespace evolt::detail
