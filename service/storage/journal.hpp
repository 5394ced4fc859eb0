#pragma once

#include "service/storage/database.hpp"
#include "service/storage/storage.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evolt::detail {

/// The tables of a study's database and what may stand in them: docs/storage.md.

/// The table of the events: a row holds those that followed each other.
inline constexpr const char* kJournalTable =
    "CREATE TABLE journal(first INTEGER PRIMARY KEY, events INTEGER NOT NULL, body BLOB NOT NULL, "
    "checksum INTEGER NOT NULL);";

/// Keys of `meta` that only copies have: the wall time of the copy, and that nothing comes after
/// it.
inline constexpr std::string_view kCopiedAt = "snapshot_at";
inline constexpr std::string_view kClosed = "closed";

/// Key of `meta`: what all copies of one study share, and no other study has.
inline constexpr std::string_view kIdentity = "id";

/// Makes the tables in an empty database.
absl::Status create_journal(Database& database, Seconds wall);

/// The format of a study, where it is one that we read.
/// Errors: data_loss for a foreign file; failed_precondition for a newer format.
absl::StatusOr<int> read_format(Database& database, const std::string& path);

/// Gives the study an identity if it has none yet.
absl::Status put_identity(Database& database);

/// Notes that this program writes the study from now on.
absl::Status put_writer(Database& database);

/// Whether the database has no tables yet.
absl::StatusOr<bool> is_empty(Database& database);

absl::StatusOr<StudyRecord> load_record(Database& database);

/// Every event, its row checked against its checksum, its count and its place.
absl::Status replay_journal(Database& database, int format, const StudyRecord& record,
                            EventVisitor visit);

/// Errors: data_loss when that is not the number of events that the study recorded.
absl::Status check_total(std::int64_t events, const StudyRecord& record);

absl::Status put_meta(Database& database, std::string_view key, std::string_view value);
absl::StatusOr<std::string> get_meta(Database& database, std::string_view key);

/// The resolved study with its checksum.
absl::Status put_study(Database& database, const std::string& study);

/// Adds a row to `incarnations`; returns its number.
absl::StatusOr<std::uint32_t> begin_incarnation(Database& database, Seconds wall);

/// 32 bits over a text (FNV-1a, folded): of the stored study, and of the rows of format 1.
std::uint32_t checksum(std::int64_t sequence, std::string_view body);

/// CRC-32 over a row's place and its body: sees damage, not malice.
std::uint32_t row_checksum(std::int64_t first, std::string_view body);

/// Inserts into the journal; the statements are prepared once.
class JournalInserts {
 public:
  static absl::StatusOr<JournalInserts> prepare(Database& database);

  /// Inserts a row of encoded events, the first of which has the sequence `first`.
  absl::Status insert(std::int64_t first, std::int64_t events, std::string_view body);

  /// Notes running time and the number of events of an incarnation.
  absl::Status note(std::uint32_t incarnation, Seconds seconds, std::int64_t events);

 private:
  Statement row_;
  Statement note_;
};

}  // namespace evolt::detail
