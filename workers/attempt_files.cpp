#include "workers/attempt_files.hpp"

#include "workers/flat_json.hpp"
#include "workers/text.hpp"
#include "workers/unique_fd.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace evolt {
namespace {

namespace fs = std::filesystem;

absl::Status disk_error(std::string_view what, const std::string& path, int error) {
  return absl::UnavailableError(concat("cannot ", what, " ", path, ": ", std::strerror(error)));
}

constexpr std::string_view kAttempt = "attempt-";

std::string trial_directory(const std::string& study_dir, const TrialId& trial) {
  return concat(study_dir, "/trials/", to_string(trial));
}

}  // namespace

absl::Status make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) {
    return absl::OkStatus();
  }
  const int error = errno;
  const std::string parent = fs::path(path).parent_path().string();
  if (error != ENOENT || parent.empty() || parent == path) {
    return disk_error("make the directory", path, error);
  }
  if (absl::Status status = make_directory(parent); !status.ok()) {
    return status;
  }
  return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST
             ? absl::OkStatus()
             : disk_error("make the directory", path, errno);
}

AttemptFiles plan_files(const TrialSpec& spec, const Attempt& attempt) {
  AttemptFiles files;
  const std::string base = concat(trial_directory(spec.study_dir, attempt.trial), "/", kAttempt);
  files.directory = concat(base, attempt.number);
  files.params = files.directory + "/params.json";
  if (spec.place) {
    files.hosts = files.directory + "/hosts";
  }
  if (!spec.checkpoint) {
    return files;
  }
  files.checkpoint_out = files.directory + "/checkpoint";
  std::error_code error;
  if (!attempt.checkpoint.empty() && fs::exists(attempt.checkpoint, error)) {
    files.checkpoint_in = attempt.checkpoint;
  }
  for (std::int32_t n = attempt.number - 1; n > 0 && files.checkpoint_in.empty(); --n) {
    const std::string left = concat(base, n, "/checkpoint");
    if (holds_something(left)) {
      files.checkpoint_in = left;
    }
  }
  if (files.checkpoint_in.empty() && attempt.inherits_from) {
    files.checkpoint_in = newest_checkpoint(spec.study_dir, *attempt.inherits_from);
    if (!files.checkpoint_in.empty()) {
      files.checkpoint_from = attempt.inherits_from;
    }
  }
  return files;
}

absl::Status write_file(const std::string& path, std::string_view text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) {
    return disk_error("write", path, errno);
  }
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return disk_error("write", path, errno);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status make_files(const TrialSpec& spec, const AttemptFiles& files,
                        std::string_view params_json) {
  const std::string& first = files.checkpoint_out.empty() ? files.directory : files.checkpoint_out;
  absl::Status status = make_directory(first);
  if (status.ok()) {
    status = write_file(files.params, params_json);
  }
  if (status.ok() && spec.place) {
    status = write_file(files.hosts, host_file(*spec.place));
  }
  return status;
}

void append_trial_json(std::string& out, const TrialSpec& spec, const Trial& trial,
                       const Attempt& attempt, const AttemptFiles* files) {
  const std::int64_t steps = full_steps(spec, trial);
  const std::string& fidelity = trial.fidelity.steps > 0 ? trial.fidelity.name : spec.fidelity;
  const TrialId& id = attempt.trial;
  out += concat(R"({"trial":")", id.incarnation, ".", id.rank, ".", id.counter, R"(","attempt":)",
                attempt.number, R"(,"params":)");
  append_json(out, trial.params);
  out += concat(R"(,"steps":)", steps, R"(,"goal":)", goal_of(spec, trial, attempt),
                R"(,"fidelity":)");
  append_json(out, std::string_view(fidelity));
  if (files != nullptr && !files->checkpoint_out.empty()) {
    out += ",\"checkpoint_in\":";
    append_json(out, std::string_view(files->checkpoint_in));
    out += ",\"checkpoint_out\":";
    append_json(out, std::string_view(files->checkpoint_out));
    if (files->checkpoint_from) {
      out += concat(R"(,"checkpoint_from":")", to_string(*files->checkpoint_from), '"');
    }
  }
  out += '}';
}

absl::StatusOr<std::string> make_work_directory(const std::string& attempt_directory,
                                                const std::string& study,
                                                const std::string& result) {
  const std::string work = attempt_directory + "/work";
  const fs::path wanted = fs::path(result).lexically_normal();
  const std::string own = wanted.begin()->string();
  std::error_code error;
  fs::remove_all(work, error);
  if (absl::Status status = make_directory((fs::path(work) / wanted).parent_path().string());
      !status.ok()) {
    return status;
  }
  for (const auto& entry : fs::directory_iterator(study, error)) {
    const std::string name = entry.path().filename().string();
    const std::string link = concat(work, "/", name);
    if (name != own && ::symlink(entry.path().c_str(), link.c_str()) != 0) {
      return disk_error("make the link", link, errno);
    }
  }
  if (error) {
    return disk_error("list", study, error.value());
  }
  return work;
}

bool holds_something(const std::string& directory) {
  std::error_code error;
  return !directory.empty() && fs::exists(directory, error) && !fs::is_empty(directory, error);
}

std::string newest_checkpoint(const std::string& study_dir, const TrialId& trial) {
  std::string newest;
  std::int32_t latest = 0;
  std::error_code error;
  for (fs::directory_iterator at(trial_directory(study_dir, trial), error), end;
       !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::int32_t number = 0;
    if (!name.starts_with(kAttempt)) {
      continue;
    }
    const char* const last = name.data() + name.size();
    const auto read = std::from_chars(name.data() + kAttempt.size(), last, number);
    const std::string left = at->path().string() + "/checkpoint";
    if (read.ec == std::errc{} && read.ptr == last && number > latest && holds_something(left)) {
      latest = number;
      newest = left;
    }
  }
  return newest;
}

}  // namespace evolt
