#include "service/storage/format_one.hpp"

#include "proto/convert.hpp"
#include "service/storage/journal.hpp"
#include "service/storage/packed_events.hpp"
#include "service/storage/sqlite_study.hpp"

#include <string>

namespace evolt::detail {
namespace {

/// Events are packed and written so many at a time, to be frugal with memory.
constexpr std::int64_t kAtOnce = 16'384;

absl::Status damaged(std::int64_t row, const std::string& how) {
  return absl::DataLossError("event " + std::to_string(row) + " of the study is damaged: " + how);
}

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

absl::Status write(const PackedEvents& packed, std::int64_t first, JournalInserts& inserts) {
  for (std::size_t row = 0; row < packed.rows(); ++row) {
    if (absl::Status status = inserts.insert(first, packed.events_of(row), packed.body(row));
        !status.ok()) {
      return status;
    }
    first += packed.events_of(row);
  }
  return absl::OkStatus();
}

absl::Status repack(Database& database, const StudyRecord& record) {
  absl::StatusOr<JournalInserts> inserts = JournalInserts::prepare(database);
  if (!inserts.ok()) {
    return inserts.status();
  }
  PackedEvents packed;
  std::int64_t written = 0;
  const auto flush = [&] {
    absl::Status status = write(packed, written + 1, *inserts);
    written += packed.events();
    packed.clear();
    return status;
  };
  const absl::Status status =
      replay_format_one(database, record, [&](const StoredEvent& stored) -> absl::Status {
        packed.add(stored.event);
        return packed.events() < kAtOnce ? absl::OkStatus() : flush();
      });
  return status.ok() ? flush() : status;
}

}  // namespace

absl::Status replay_format_one(Database& database, const StudyRecord& record, EventVisitor visit) {
  absl::StatusOr<Statement> rows = database.prepare(
      "SELECT seq, kind, incarnation, rank, counter, body, checksum FROM events ORDER BY seq");
  if (!rows.ok()) {
    return rows.status();
  }
  std::int64_t sequence = 0;
  while (true) {
    const absl::StatusOr<bool> row = rows->step();
    if (!row.ok()) {
      return row.status();
    }
    if (!*row) {
      return check_total(sequence, record);
    }
    if (rows->whole(0) != sequence + 1) {
      return damaged(sequence + 1, "it is missing");
    }
    absl::StatusOr<Event> event = read_row(*rows, ++sequence);
    if (!event.ok()) {
      return event.status();
    }
    if (absl::Status status = visit({sequence, *std::move(event)}); !status.ok()) {
      return status;
    }
  }
}

absl::Status upgrade_format_one(Database& database, const StudyRecord& record) {
  absl::Status status = database.run("BEGIN IMMEDIATE");
  status.Update(status.ok() ? database.run(kJournalTable) : status);
  if (status.ok()) {
    status = repack(database, record);
  }
  if (status.ok()) {
    const std::string version = "DROP TABLE events; DROP TABLE trials; PRAGMA user_version = " +
                                std::to_string(kStudyFormat);
    status = database.run(version.c_str());
  }
  if (status.ok()) {
    status = put_writer(database);
  }
  if (status.ok()) {
    status = put_identity(database);
  }
  if (status.ok()) {
    status = database.run("COMMIT");
  }
  if (!status.ok()) {
    database.run("ROLLBACK").IgnoreError();  // the error that counts is the first one
  }
  return status;
}

}  // namespace evolt::detail
