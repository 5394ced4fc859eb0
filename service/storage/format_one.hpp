#pragma once

#include "service/storage/database.hpp"
#include "service/storage/storage.hpp"

namespace evolt::detail {

/// Studies of format 1, which had a row for every event: docs/storage.md.

/// Every event, checked against its checksum, its columns and its place.
absl::Status replay_format_one(Database& database, const StudyRecord& record, EventVisitor visit);

/// Turns the study into one of the present format, whole or not at all. Errors: data_loss when it
/// is damaged: it is left as it was then.
absl::Status upgrade_format_one(Database& database, const StudyRecord& record);

}  // namespace evolt::detail
