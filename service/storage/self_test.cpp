// What a directory must be able to do before a study is kept there.
#include "service/storage/file_system.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace evolt {
namespace {

/// A file that is closed and removed when it goes out of scope.
class ProbeFile {
 public:
  ProbeFile(const FileSystem& files, std::string path)
      : files_(files), path_(std::move(path)), file_(files_.create(path_)) {}
  ~ProbeFile() {
    if (file_.ok()) {
      files_.close(*file_);
      files_.remove(path_);
    }
  }
  ProbeFile(const ProbeFile&) = delete;
  ProbeFile& operator=(const ProbeFile&) = delete;

  const absl::Status& status() const { return file_.status(); }
  int file() const { return *file_; }
  const std::string& path() const { return path_; }

 private:
  const FileSystem& files_;
  const std::string path_;
  const absl::StatusOr<int> file_;
};

std::string probe_path(const std::string& directory, const char* name) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return directory + "/." + name + '-' + host.data() + '-' + std::to_string(::getpid());
}

absl::Status fill(const ProbeFile& file, std::string_view text, const FileSystem& files) {
  absl::Status status = file.status();
  if (status.ok()) {
    status = files.write(file.file(), text);
  }
  return status.ok() ? files.sync(file.file()) : status;
}

/// Locks of an opening exclude within a process too, but a network file system may treat them
/// otherwise than the locks of a process, which SQLite takes; so both kinds are tried, on two
/// openings of one file.
absl::Status test_locks(const std::string& directory, const FileSystem& files) {
  const ProbeFile file(files, probe_path(directory, "lock-test"));
  if (absl::Status status = fill(file, "x", files); !status.ok()) {
    return status;
  }
  const absl::StatusOr<bool> first = files.lock(file.file(), true);
  if (!first.ok()) {
    return first.status();
  }
  if (!*first) {
    return absl::FailedPreconditionError("a lock that nobody holds was refused");
  }
  const absl::StatusOr<int> again = files.open(file.path());
  if (!again.ok()) {
    return again.status();
  }
  const absl::StatusOr<bool> second = files.lock(*again, false);
  files.close(*again);
  if (!second.ok()) {
    return second.status();
  }
  return *second ? absl::FailedPreconditionError("two locks were granted at once")
                 : absl::OkStatus();
}

absl::Status test_replacing(const std::string& directory, const FileSystem& files) {
  const ProbeFile old_file(files, probe_path(directory, "rename-test"));
  const ProbeFile new_file(files, probe_path(directory, "rename-test-2"));
  absl::Status status = fill(old_file, "old", files);
  if (status.ok()) {
    status = fill(new_file, "new", files);
  }
  if (status.ok()) {
    status = files.rename(new_file.path(), old_file.path());
  }
  if (!status.ok()) {
    return status;
  }
  const absl::StatusOr<std::string> text = files.read(old_file.path());
  if (!text.ok()) {
    return text.status();
  }
  return *text == "new" ? absl::OkStatus()
                        : absl::FailedPreconditionError("a renamed file did not replace another");
}

/// The mount option by which locks hold on one host only; empty: there is none.
std::string_view lonely_locks(std::string_view options) {
  constexpr std::array<std::string_view, 4> kLonely{"nolock", "local_lock=all", "local_lock=posix",
                                                    "localflock"};
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find(','));
    const auto* const found = std::find(kLonely.begin(), kLonely.end(), option);
    if (found != kLonely.end()) {
      return *found;
    }
    options.remove_prefix(std::min(option.size() + 1, options.size()));
  }
  return {};
}

std::string place(const std::string& directory, std::string_view name) {
  return name.empty() ? directory : directory + " is on " + std::string(name) + " and";
}

}  // namespace

absl::Status check_file_system(const std::string& directory, const FileSystem& files) {
  const std::string_view name = network_file_system(files.magic(directory));
  if (name.empty()) {
    return absl::OkStatus();
  }
  const std::string options = files.mount_options(directory);
  std::string why;
  if (const std::string_view lonely = lonely_locks(options); !lonely.empty()) {
    why = "is mounted so that locks hold on one host only (" + std::string(lonely) + ')';
  } else if (const absl::Status status = test_locks(directory, files); !status.ok()) {
    why = "failed the lock self-test (" + std::string(status.message()) + ')';
  } else {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      place(directory, name) + ' ' + why +
      ". Use a directory on another file system, or keep the database on a local disk: --db-dir "
      "$TMPDIR (price: if the node dies, up to 60 s of finished work may run again)");
}

absl::Status check_replacing(const std::string& directory, const FileSystem& files) {
  const absl::Status status = test_replacing(directory, files);
  return status.ok()
             ? status
             : absl::FailedPreconditionError(
                   place(directory, network_file_system(files.magic(directory))) +
                   " cannot hold the mirror of a study, a file that is flushed and replaced at "
                   "once (" +
                   std::string(status.message()) + "). Use another --dir");
}

}  // namespace evolt
