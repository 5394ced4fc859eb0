#pragma once

#include "service/storage/database.hpp"
#include "service/storage/owner_file.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace evolt::detail {

/// How far a copy of a study has come.
struct Progress {
  std::string identity;  ///< empty: of before there was one
  std::int64_t starts = 0;
  std::int64_t events = 0;
  std::optional<Seconds> copied_at;  ///< of a mirror, wall time
  bool closed = false;               ///< a mirror after which nothing came

  bool none() const { return starts == 0; }
  /// A later start stands on what it knew, so it counts more than events that it did not know.
  bool further_than(const Progress& other) const {
    return starts != other.starts ? starts > other.starts : events > other.events;
  }
};

/// Errors: data_loss when that is no study; failed_precondition for a newer format.
absl::StatusOr<Progress> progress_of(Database& database, const std::string& path);

/// Overwrites `to` with the whole of `from`, in one transaction.
absl::Status copy_database(Database& from, Database& to);

/// Where the database of a study lies, and who hears of what is done with its copies.
struct Place {
  std::string directory;      ///< of the study
  std::string database;       ///< its path
  bool mirrored = false;      ///< it lies elsewhere; the directory holds a mirror of it
  Seconds now;                ///< wall time, for ages
  std::optional<Owner> last;  ///< who served the study last, if it did not end in good order
  std::function<void(const std::string&)> warn;
};

/// The place of a study whose databases are kept in `database_directory`; empty: in its own.
/// Studies in different directories never share a place.
Place place_of(const std::string& directory, const std::string& database_directory);

/// Other copies of a study, open so that nobody can write them meanwhile.
class Copies {
 public:
  /// Looks for copies in the study's directory, and where it was served last, if that was on this
  /// host. Errors: unavailable when a process has one open; those of progress_of.
  static absl::StatusOr<Copies> open(const Place& place);

  /// Makes `here`, the open database at the place, the furthest of all, and says what was done.
  /// What it held that the furthest does not know is kept in a file beside it. Errors:
  /// failed_precondition when they are not of one study.
  absl::Status bring_furthest_to(Database& here, const Place& place);

  /// Removes the copies in the study's directory that the database at the place replaces. Requires:
  /// what they hold is durable there, and in the mirror if the place has one.
  void remove(const Place& place);

 private:
  struct Copy {
    std::string path;
    Database database;
    Progress progress;
  };

  absl::Status add(const std::string& path, bool mirror);

  std::vector<Copy> copies_;
};

}  // namespace evolt::detail
