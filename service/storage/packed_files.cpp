#include "service/storage/packed_files.hpp"

#include "service/storage/files_database.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/study_paths.hpp"

#include <absl/functional/function_ref.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

using detail::FilesDatabase;

bool is_there(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

/// Whether somebody may be writing.
bool served(const std::string& directory) {
  const std::optional<Owner> owner = read_owner(directory);
  return owner && !surely_gone(*owner);
}

/// Opens `files.db` and looks. Where its journal was left by a writer that is gone, that is undone
/// first; what a writer at work is in the way of is tried again.
absl::Status look(const std::string& directory, Seconds patience,
                  absl::FunctionRef<absl::Status(FilesDatabase&)> what) {
  const std::string path = files_path(directory);
  const std::string journal = path + "-journal";
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::duration<double>(patience.value);
  for (;;) {
    const bool busy = served(directory);
    const bool torn = is_there(journal) && !busy;
    auto files = FilesDatabase::open_for_reading(path, {.locks = has_locks(directory), .vfs = {}},
                                                 torn && ::access(path.c_str(), W_OK) == 0);
    absl::Status status = files.ok() ? what(*files) : files.status();
    if (status.ok() || absl::IsNotFound(status) || absl::IsFailedPrecondition(status)) {
      return status;
    }
    if (torn && absl::IsPermissionDenied(status)) {
      return absl::UnavailableError(path +
                                    " was being written when its process was killed, and you may "
                                    "not put it right: read it as its owner");
    }
    if (!busy) {
      return status;
    }
    if (std::chrono::steady_clock::now() > until) {
      return is_there(journal) ? absl::UnavailableError(
                                     path + " is being written: " + std::string(status.message()))
                               : status;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

bool has_locks(const std::string& directory) {
  return !is_there(mirror_path(directory));
}

absl::StatusOr<std::vector<TrialFileEntry>> list_trial_files(const std::string& directory,
                                                             const TrialId& trial,
                                                             Seconds patience) {
  // The disk first: what is packed between the two looks is then seen twice, and not never.
  std::vector<TrialFileEntry> entries = files_on_disk(trial_folder(directory, trial));
  std::vector<TrialFileEntry> packed;
  const absl::Status status = look(directory, patience, [&](FilesDatabase& files) {
    auto listed = files.list(trial);
    if (listed.ok()) {
      packed = *std::move(listed);
    }
    return listed.status();
  });
  if (!status.ok() && !absl::IsNotFound(status)) {
    return status;
  }
  entries.insert(entries.end(), packed.begin(), packed.end());
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const TrialFileEntry& a, const TrialFileEntry& b) { return a.name < b.name; });
  entries.erase(std::unique(entries.begin(), entries.end(),
                            [](const TrialFileEntry& a, const TrialFileEntry& b) {
                              return a.name == b.name;
                            }),
                entries.end());
  return entries;
}

absl::StatusOr<std::string> read_packed_file(const std::string& directory, const TrialId& trial,
                                             std::string_view name, Seconds patience) {
  std::string content;
  const absl::Status status = look(directory, patience, [&](FilesDatabase& files) {
    auto found = files.read(trial, name);
    if (found.ok()) {
      content = *std::move(found);
    }
    return found.status();
  });
  if (!status.ok()) {
    return status;
  }
  return content;
}

}  // namespace evolt
