#pragma once

#include "service/storage/database.hpp"
#include "service/storage/packed_events.hpp"
#include "service/storage/storage.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evolt::detail {

/// The tables of a study's database and what may stand in them: docs/storage.md.

/// Makes the tables in an empty database.
absl::Status create_journal(Database& database, Seconds wall);

/// OK when this is a study of a format that we read.
/// Errors: data_loss for a foreign file; failed_precondition for a newer format.
absl::Status check_format(Database& database, const std::string& path);

/// Whether the database has no tables yet.
absl::StatusOr<bool> is_empty(Database& database);

absl::StatusOr<StudyRecord> load_record(Database& database);

/// Every event, checked against its own checksum, its columns and its place.
absl::Status replay_journal(Database& database, const StudyRecord& record, EventVisitor visit);

absl::Status put_meta(Database& database, std::string_view key, std::string_view value);
absl::StatusOr<std::string> get_meta(Database& database, std::string_view key);

/// The resolved study with its checksum.
absl::Status put_study(Database& database, const std::string& study);

/// Adds a row to `incarnations`; returns its number.
absl::StatusOr<std::uint32_t> begin_incarnation(Database& database, Seconds wall);

/// 32 bits over a row's body and its place (FNV-1a, folded): sees damage, not malice.
std::uint32_t checksum(std::int64_t sequence, std::string_view body);

/// Inserts events; the statements are prepared once.
class JournalInserts {
 public:
  static absl::StatusOr<JournalInserts> prepare(Database& database);

  /// Inserts one event, and numbers its trial where it is the first *bred* one.
  /// `trials` is how many are numbered; it grows.
  absl::Status insert(Database& database, std::int64_t sequence, const EventRow& row,
                      std::string_view body, std::int64_t& trials);

  /// Notes running time and the number of events of an incarnation.
  absl::Status note(std::uint32_t incarnation, Seconds seconds, std::int64_t events);

 private:
  Statement event_;
  Statement trial_;
  Statement note_;
};

}  // namespace evolt::detail
