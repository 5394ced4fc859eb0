#pragma once

#include "core/ids.hpp"
#include "core/units.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace evolt {

/// A trial's own folder in a study's directory: docs/trials.md.
std::string trial_folder(const std::string& directory, const TrialId& trial);

/// What tells one state of a file from another, without reading it.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970
  std::int64_t changed = 0;   ///< likewise, its status

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// A small file of a trial, read whole.
struct TrialFile {
  std::string name;  ///< below the trial's folder: `attempt-1/params.json`
  std::string bytes;
  FileStamp stamp;
};

struct PackLimits {
  std::size_t file = std::size_t{64} * 1024;    ///< larger files stay as they are
  std::size_t trial = std::size_t{256} * 1024;  ///< of all files together, the smallest first
  std::size_t entries = 10'000;                 ///< of the folder; what is beyond stays
};

/// What may leave a trial's folder.
struct SmallFiles {
  std::vector<TrialFile> files;     ///< by name
  std::vector<std::string> unread;  ///< why a file that is small enough could not be read
};

/// Reads the small files of a trial that has ended. Left where they are: checkpoints, links and
/// what has other names too, whatever is no plain file, and a file that changed while it was read.
/// One that vanished is no mistake; a folder that is not there is an empty one.
SmallFiles read_small_files(const std::string& folder, const PackLimits& limits = {});

/// Removes these files, which are kept elsewhere now, but not one that changed since it was read;
/// then the folders that are empty, that of the trial too. A `work` folder in which nothing is left
/// but the links to `study_folder` that evolt made (docs/trials.md) counts as empty.
void remove_small_files(const std::string& folder, const std::vector<TrialFile>& files,
                        const std::string& study_folder);

/// A file of a trial by its name and size.
struct TrialFileEntry {
  std::string name;
  std::int64_t size = 0;
  Seconds modified;  ///< since 1970
  bool packed = false;

  friend bool operator==(const TrialFileEntry&, const TrialFileEntry&) = default;
};

/// The plain files of a trial that lie on disk, by name.
std::vector<TrialFileEntry> files_on_disk(const std::string& folder);

}  // namespace evolt
