#include "workers/energy/limits/limit_note.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/text.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "limits-";

std::string boot_of(const HostRoots& roots) {
  HostFile file(roots.proc + "/sys/kernel/random/boot_id");
  std::string_view text;
  return file.read(text) == ReadStatus::ok ? std::string(text) : "unknown";
}

absl::Status system_failure(const std::string& what, int error) {
  return absl::FailedPreconditionError(concat(what, ": ", std::strerror(error)));
}

/// The notes of one file; false where it was written before the host's last start.
bool read_note(const std::string& path, const std::string& boot,
               std::map<std::string, Watts>& limits) {
  std::ifstream in(path);
  std::stringstream whole;
  whole << in.rdbuf();
  const std::string text = whole.str();
  std::vector<std::string_view> lines = split(text, '\n');
  lines.pop_back();  // empty; or cut off, and then what it announces has not happened
  for (const std::string_view line : lines) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words[0] == "boot" && words.size() == 2 && words[1] != boot) {
      return false;
    }
    const auto microwatts =
        words[0] == "set" && words.size() == 3 ? read_whole<std::int64_t>(words[2]) : std::nullopt;
    if (microwatts) {
      limits.emplace(words[1], Watts{static_cast<double>(*microwatts) * 1e-6});
    } else if (words[0] == "back" && words.size() == 2) {
      limits.erase(std::string(words[1]));
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<LimitNote> LimitNote::make(const std::string& folder, const HostRoots& roots) {
  static int count = 0;
  const std::string name = concat(kPrefix, ::getpid(), "-", ++count);
  // Locked before it has its name, for one without a lock is anybody's.
  const std::string hidden = concat(folder, "/.", name);
  UniqueFd file(::open(hidden.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return system_failure(concat("cannot write ", hidden), errno);
  }
  LimitNote note(concat(folder, "/", name), std::move(file));
  if (absl::Status status = note.append(concat("boot ", boot_of(roots), "\n")); !status.ok()) {
    return status;
  }
  if (::rename(hidden.c_str(), note.path_.c_str()) != 0) {
    return system_failure(concat("cannot write ", note.path_), errno);
  }
  return note;
}

LimitNote::~LimitNote() {
  if (file_ && open_.empty()) {
    ::unlink(path_.c_str());
  }
}

absl::Status LimitNote::append(const std::string& line) {
  if (::write(file_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return system_failure(concat("cannot write ", path_), errno);
  }
  return absl::OkStatus();
}

absl::Status LimitNote::before(const std::string& knob, Watts previous) {
  const auto microwatts = static_cast<std::int64_t>(previous.value * 1e6 + 0.5);
  absl::Status status = append(concat("set ", knob, " ", microwatts, "\n"));
  if (status.ok()) {
    open_.emplace(knob, previous);
  }
  return status;
}

absl::Status LimitNote::after(const std::string& knob) {
  open_.erase(knob);
  return append(concat("back ", knob, "\n"));
}

std::vector<LeftBehind> left_behind(const std::string& folder, const HostRoots& roots) {
  std::vector<LeftBehind> found;
  const std::string boot = boot_of(roots);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) {
      continue;
    }
    LeftBehind note{.path = entry.path().string()};
    note.lock.reset(::open(note.path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about {};
    if (!note.lock || ::flock(note.lock.get(), LOCK_EX | LOCK_NB) != 0 ||
        ::fstat(note.lock.get(), &about) != 0 || about.st_nlink == 0) {
      continue;  // its owner lives, or somebody was faster
    }
    if (!read_note(note.path, boot, note.limits) || note.limits.empty()) {
      ::unlink(note.path.c_str());
      continue;
    }
    found.push_back(std::move(note));
  }
  return found;
}

}  // namespace evolt
