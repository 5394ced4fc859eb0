#include "service/storage/file_packer.hpp"

#include "service/storage/files_database.hpp"
#include "service/storage/study_paths.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <unordered_set>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

using detail::FilesDatabase;
using detail::TrialPack;

const Clock& machine_clock() {
  static const SystemClock clock;
  return clock;
}

/// This thread only: trials and the loop come first.
void lower_priority() {
  constexpr int kNice = 10;
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice));
}

std::size_t bytes_of(const std::vector<TrialFile>& files) {
  std::size_t bytes = 0;
  for (const TrialFile& file : files) {
    bytes += file.bytes.size();
  }
  return bytes;
}

}  // namespace

FilePacker::FilePacker(FilePackerOptions options, std::vector<EndedTrial> before)
    : options_(std::move(options)),
      clock_(options_.clock == nullptr ? machine_clock() : *options_.clock),
      before_(std::move(before)),
      thread_([this] { work(); }) {}

FilePacker::~FilePacker() {
  close(Seconds{0});
}

void FilePacker::ended(EndedTrial trial) {
  const Seconds settle = trial.lost_attempts ? options_.settle_lost : options_.settle;
  const std::lock_guard lock(mutex_);
  if (!broken_) {
    due_.push_back({trial, clock_.now() + settle});
    if (due_.back().at < wakes_at_) {
      wake_.notify_one();
    }
  }
}

std::string FilePacker::complaint() {
  if (!has_complaint_) {
    return {};
  }
  const std::lock_guard lock(mutex_);
  has_complaint_ = false;
  return std::exchange(complaint_, {});
}

void FilePacker::close(Seconds patience) {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    close_by_ = clock_.now() + patience;
    wake_.notify_one();
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

void FilePacker::complain(bool& said, const std::string& text) {
  if (std::exchange(said, true)) {
    return;
  }
  const std::lock_guard lock(mutex_);
  complaint_ += (complaint_.empty() ? "" : "\n") + text;
  has_complaint_ = true;
}

bool FilePacker::out_of_time() const {
  const std::lock_guard lock(mutex_);
  return closing_ && clock_.now() >= close_by_;
}

void FilePacker::work() {
  lower_priority();
  find_earlier();
  for (;;) {
    const std::vector<EndedTrial> trials = wait_for_work();
    if (trials.empty() || !pack(trials)) {
      break;
    }
  }
  database_.reset();
}

/// What earlier starts left: one look at the folder, and not one for each trial of the study.
void FilePacker::find_earlier() {
  std::unordered_set<std::string> names;
  std::error_code error;
  if (!before_.empty()) {
    for (fs::directory_iterator at(options_.directory + "/trials", error), end; !error && at != end;
         at.increment(error)) {
      names.insert(at->path().filename().string());
    }
  }
  for (const EndedTrial& trial : std::exchange(before_, {})) {
    if (names.contains(to_string(trial.trial))) {
      ended(trial);
    }
  }
}

/// Trials to pack now. Empty: the end.
std::vector<EndedTrial> FilePacker::wait_for_work() {
  std::unique_lock lock(mutex_);
  std::vector<EndedTrial> ready;
  for (;;) {
    const Seconds now = clock_.now();
    const auto later = std::stable_partition(due_.begin(), due_.end(), [&](const Due& due) {
      return due.at <= now || (closing_ && !due.trial.lost_attempts);
    });
    std::transform(due_.begin(), later, std::back_inserter(ready),
                   [](const Due& due) { return due.trial; });
    due_.erase(due_.begin(), later);
    if (closing_ || !ready.empty()) {
      return ready;
    }
    constexpr Seconds kLong{3600};
    Seconds next = kLong;
    for (const Due& due : due_) {
      next = std::min(next, due.at - now);
    }
    wakes_at_ = now + next;
    wake_.wait_for(lock, std::chrono::duration<double>(next.value));
  }
}

/// false: there is no more to do in this run.
bool FilePacker::pack(const std::vector<EndedTrial>& trials) {
  std::size_t next = 0;
  while (next < trials.size() && !out_of_time()) {
    const absl::Status status = commit(trials, next);
    if (status.ok()) {
      continue;
    }
    const bool passes = absl::IsResourceExhausted(status) || absl::IsUnavailable(status);
    complain(said_refused_, "warning: the small files of trials stay as they are" +
                                std::string(passes ? " for the time being: " : ": ") +
                                std::string(status.message()));
    const std::lock_guard lock(mutex_);
    if (!passes) {
      broken_ = true;
      due_.clear();
    }
    if (!passes || closing_) {
      return false;
    }
    for (; next < trials.size(); ++next) {
      due_.push_back({trials[next], clock_.now() + options_.retry});
    }
    return true;
  }
  said_refused_ = false;
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::duration<double>(options_.every.value),
                 [&] { return closing_; });
  return !closing_ || (!due_.empty() && clock_.now() < close_by_);
}

absl::Status FilePacker::open() {
  if (database_ != nullptr && !database_->moved()) {
    return absl::OkStatus();
  }
  database_.reset();
  auto opened = FilesDatabase::open(files_path(options_.directory),
                                    {.locks = options_.locks, .vfs = options_.vfs});
  if (opened.ok()) {
    database_ = std::make_unique<FilesDatabase>(*std::move(opened));
  }
  return opened.status();
}

/// Packs trials from `next` on, as many as one commit takes, and removes their files.
absl::Status FilePacker::commit(const std::vector<EndedTrial>& trials, std::size_t& next) {
  std::vector<TrialPack> packs;
  std::size_t bytes = 0;
  std::size_t end = next;
  bool any = false;
  for (; end < trials.size() && bytes < options_.batch_bytes; ++end) {
    const TrialId& trial = trials[end].trial;
    SmallFiles small = read_small_files(trial_folder(options_.directory, trial), options_.limits);
    for (const std::string& why : small.unread) {
      complain(said_unread_, "warning: a small file of a trial stays as it is: " + why);
    }
    bytes += bytes_of(small.files);
    any = any || !small.files.empty();
    packs.push_back({trial, std::move(small.files)});
  }
  if (any) {
    absl::Status status = open();
    if (status.ok()) {
      status = database_->put(packs);
    }
    if (!status.ok()) {
      return status;
    }
  }
  for (const TrialPack& pack : packs) {
    remove_small_files(trial_folder(options_.directory, pack.trial), pack.files,
                       options_.study_folder);
  }
  next = end;
  return absl::OkStatus();
}

}  // namespace evolt
