#include "service/storage/trial_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp stamp_of(const struct stat& info) {
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .size = info.st_size,
          .modified = nanoseconds(info.st_mtim),
          .changed = nanoseconds(info.st_ctim)};
}

struct Found {
  std::string name;
  struct stat info {};
};

/// Whether a folder is `attempt-N/checkpoint`: from there others go on.
bool is_checkpoint(const fs::path& name) {
  return name.filename() == "checkpoint" &&
         name.parent_path().filename().string().rfind("attempt-", 0) == 0 &&
         !name.parent_path().has_parent_path();
}

/// The plain files of a folder and of the folders in it, links not followed.
std::vector<Found> walk(const fs::path& folder, std::size_t most, bool checkpoints) {
  std::vector<Found> found;
  std::vector<fs::path> below = {fs::path()};
  std::size_t seen = 0;
  while (!below.empty() && seen < most) {
    const fs::path here = std::move(below.back());
    below.pop_back();
    std::error_code error;
    for (fs::directory_iterator at(folder / here, error), end; !error && at != end && seen < most;
         at.increment(error)) {
      ++seen;
      const fs::path name = here / at->path().filename();
      struct stat info {};
      if (::lstat(at->path().c_str(), &info) != 0) {
        continue;
      }
      if (S_ISDIR(info.st_mode)) {
        if (checkpoints || !is_checkpoint(name)) {
          below.push_back(name);
        }
      } else if (S_ISREG(info.st_mode)) {
        found.push_back({name.string(), info});
      }
    }
  }
  return found;
}

/// A descriptor that is closed at the end.
struct Opened {
  explicit Opened(const std::string& path)
      : fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
  ~Opened() {
    if (fd >= 0) {
      ::close(fd);
    }
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  const int fd;
};

/// nullopt: it is gone, or changes. `error`: the system's, where it cannot be read.
std::optional<TrialFile> read_whole(const std::string& path, const Found& found, int& error) {
  const Opened file(path);
  struct stat before {};
  if (file.fd < 0 || ::fstat(file.fd, &before) != 0) {
    error = errno == ENOENT || errno == ELOOP ? 0 : errno;
    return std::nullopt;
  }
  TrialFile whole{.name = found.name, .bytes = {}, .stamp = stamp_of(before)};
  if (whole.stamp != stamp_of(found.info)) {
    return std::nullopt;
  }
  whole.bytes.resize(static_cast<std::size_t>(before.st_size) + 1);  // would notice a longer one
  std::size_t size = 0;
  while (size < whole.bytes.size()) {
    const ssize_t count = ::read(file.fd, whole.bytes.data() + size, whole.bytes.size() - size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      error = errno;
      return std::nullopt;
    }
    if (count == 0) {
      break;
    }
    size += static_cast<std::size_t>(count);
  }
  whole.bytes.resize(size);
  struct stat after {};
  const bool same = ::fstat(file.fd, &after) == 0 && stamp_of(after) == whole.stamp &&
                    size == static_cast<std::size_t>(before.st_size);
  return same ? std::optional(std::move(whole)) : std::nullopt;
}

/// Removes what evolt links into an attempt's `work`, if there is nothing else.
void remove_work_links(const fs::path& work, const fs::path& study_folder) {
  std::vector<fs::path> links;
  std::error_code error;
  if (fs::is_symlink(work, error)) {
    return;
  }
  for (fs::directory_iterator at(work, error), end; !error && at != end; at.increment(error)) {
    std::error_code no_link;
    const fs::path target = fs::read_symlink(at->path(), no_link);
    if (no_link || target.filename() != at->path().filename() ||
        fs::weakly_canonical(target.parent_path(), no_link) != study_folder) {
      return;
    }
    links.push_back(at->path());
  }
  if (!error) {
    for (const fs::path& link : links) {
      ::unlink(link.c_str());
    }
  }
}

/// Removes a folder and those in it, as far as they are empty.
void remove_empty(const fs::path& folder, int depth = 0) {
  constexpr int kDeepest = 64;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->symlink_status(ignored).type() == fs::file_type::directory && depth < kDeepest) {
      remove_empty(at->path(), depth + 1);
    }
  }
  ::rmdir(folder.c_str());  // refuses one that is not
}

}  // namespace

std::string trial_folder(const std::string& directory, const TrialId& trial) {
  return directory + "/trials/" + to_string(trial);
}

SmallFiles read_small_files(const std::string& folder, const PackLimits& limits) {
  std::vector<Found> found = walk(folder, limits.entries, false);
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return std::pair(a.info.st_size, a.name) < std::pair(b.info.st_size, b.name);
  });
  SmallFiles small;
  std::size_t together = 0;
  for (const Found& each : found) {
    const auto size = static_cast<std::size_t>(each.info.st_size);
    if (size > limits.file || together + size > limits.trial) {
      break;
    }
    if (each.info.st_nlink != 1) {
      continue;
    }
    int error = 0;
    const std::string path = folder + '/' + each.name;
    if (auto file = read_whole(path, each, error)) {
      together += size;
      small.files.push_back(*std::move(file));
    } else if (error != 0) {
      small.unread.push_back("cannot read " + path + ": " + std::generic_category().message(error));
    }
  }
  std::sort(small.files.begin(), small.files.end(),
            [](const TrialFile& a, const TrialFile& b) { return a.name < b.name; });
  return small;
}

void remove_small_files(const std::string& folder, const std::vector<TrialFile>& files,
                        const std::string& study_folder) {
  for (const TrialFile& file : files) {
    const std::string path = folder + '/' + file.name;
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0 && stamp_of(info) == file.stamp) {
      ::unlink(path.c_str());
    }
  }
  std::error_code error;
  const fs::path study = fs::weakly_canonical(study_folder, error);
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->symlink_status(ignored).type() == fs::file_type::directory) {
      remove_work_links(at->path() / "work", study);
    }
  }
  remove_empty(folder);
}

std::vector<TrialFileEntry> files_on_disk(const std::string& folder) {
  std::vector<TrialFileEntry> entries;
  for (const Found& each : walk(folder, std::numeric_limits<std::size_t>::max(), true)) {
    entries.push_back({.name = each.name,
                       .size = each.info.st_size,
                       .modified = {static_cast<double>(nanoseconds(each.info.st_mtim)) / 1e9},
                       .packed = false});
  }
  std::sort(entries.begin(), entries.end(),
            [](const TrialFileEntry& a, const TrialFileEntry& b) { return a.name < b.name; });
  return entries;
}

}  // namespace evolt
