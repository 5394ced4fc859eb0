#pragma once

#include "core/ids.hpp"
#include "service/storage/database.hpp"
#include "service/storage/trial_folder.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt::detail {

/// The version of the format of `files.db`: docs/storage.md.
inline constexpr int kFilesFormat = 1;

/// A trial with files that belong to it.
struct TrialPack {
  TrialId trial;
  std::vector<TrialFile> files;
};

/// `files.db`, the small files of ended trials. Not locked but for the time of a commit or a look.
/// Thread: one at a time.
class FilesDatabase {
 public:
  struct How {
    bool locks = true;  ///< false: the file system has none, and nobody else writes
    std::string vfs;    ///< SQLite's file layer, with locks; empty: the usual one
  };

  /// For writing; made where it is missing. Errors: data_loss when it is damaged or something else;
  /// failed_precondition for a newer format; permission_denied; resource_exhausted.
  static absl::StatusOr<FilesDatabase> open(const std::string& path, const How& how);

  /// For reading, with nothing made; `recover`: what a killed writer left half done is undone
  /// first, for which files must be writable and nobody else writing. Errors: as open; not_found.
  static absl::StatusOr<FilesDatabase> open_for_reading(const std::string& path, const How& how,
                                                        bool recover);

  /// Whether somebody removed or replaced the file that is open.
  bool moved() { return database_.moved(); }

  /// Keeps files, all or none; they are on disk when it returns. One of the same trial and name is
  /// replaced. Errors: resource_exhausted while the disk is full.
  absl::Status put(std::span<const TrialPack> packs);

  /// What is kept of a trial, by name.
  absl::StatusOr<std::vector<TrialFileEntry>> list(const TrialId& trial);

  /// The content of a file. Errors: not_found; data_loss when it is damaged.
  absl::StatusOr<std::string> read(const TrialId& trial, std::string_view name);

 private:
  FilesDatabase(Database database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}

  absl::Status insert(const TrialPack& pack);
  absl::Status make_table();
  absl::Status check_format();
  absl::Status named(const absl::Status& status) const;

  Database database_;
  std::string path_;
};

}  // namespace evolt::detail
