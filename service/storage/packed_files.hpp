#pragma once

#include "core/ids.hpp"
#include "core/units.hpp"
#include "service/storage/trial_folder.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The files of a trial, on disk and in `files.db`, by name, each once: while both have one, it is
/// the one on disk. Works while the study runs; waits `patience` for a commit to end. Errors:
/// data_loss when files.db is damaged; unavailable when it cannot be read at present.
absl::StatusOr<std::vector<TrialFileEntry>> list_trial_files(const std::string& directory,
                                                             const TrialId& trial,
                                                             Seconds patience = {10});

/// The content of a file that is in `files.db`. Errors: as list_trial_files; not_found.
absl::StatusOr<std::string> read_packed_file(const std::string& directory, const TrialId& trial,
                                             std::string_view name, Seconds patience = {10});

/// Whether the file system keeps locks for the files of this study. It need not where the database
/// lies elsewhere.
bool has_locks(const std::string& directory);

}  // namespace evolt
