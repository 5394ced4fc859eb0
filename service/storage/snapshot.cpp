#include "service/storage/snapshot.hpp"

#include "service/storage/files.hpp"
#include "service/storage/journal.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <unistd.h>
#include <utility>

namespace evolt::detail {
namespace {

/// Pages of 4 KiB copied at a time, about 2 ms.
constexpr int kPagesAtOnce = 512;

/// CPU and waiting of this thread so far, whatever clock the study runs by.
Seconds spent() {
  return {
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count()};
}

}  // namespace

void Snapshot::BackupCloser::operator()(sqlite3_backup* backup) const {
  sqlite3_backup_finish(backup);
}

Snapshot::Snapshot(Database& source, std::string path, const StudyOptions& options)
    : source_(source),
      path_(std::move(path)),
      options_(options),
      part_(path_ + ".part"),
      due_(options.clock->now() + options.snapshot_every) {}

Snapshot::~Snapshot() {
  abandon();
}

Seconds Snapshot::next_in() const {
  if (path_.empty() || !changed_) {
    return {};
  }
  return std::max(Seconds{0.001}, due_ - options_.clock->now());
}

void Snapshot::abandon() {
  const bool begun = static_cast<bool>(copy_);
  backup_.reset();
  copy_.close();
  if (begun) {
    ::unlink(part_.c_str());
  }
}

bool Snapshot::begin() {
  ::unlink(part_.c_str());
  if (!make_private_file(part_).ok()) {
    return false;
  }
  absl::StatusOr<Database> copy = Database::open(part_, SQLITE_OPEN_READWRITE);
  if (!copy.ok()) {
    ::unlink(part_.c_str());
    return false;
  }
  copy_ = *std::move(copy);
  // A copy that is torn by a crash is thrown away, so it needs neither a journal nor syncs.
  if (!copy_
           .run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; "
                "PRAGMA synchronous = OFF")
           .ok()) {
    return false;
  }
  backup_.reset(sqlite3_backup_init(copy_.get(), "main", source_.get(), "main"));
  changed_ = false;
  return backup_ != nullptr;
}

bool Snapshot::finish() {
  if (sqlite3_backup_finish(backup_.release()) != SQLITE_OK) {
    return false;
  }
  // The copy says of itself that it has a WAL, as its source; no reader may need one.
  const absl::StatusOr<std::string> mode = copy_.text("PRAGMA journal_mode = DELETE");
  if (!mode.ok() || *mode != "delete" ||
      !put_meta(copy_, "snapshot_at", std::to_string(options_.clock->wall().value)).ok()) {
    return false;
  }
  copy_.close();
  changed_ = false;
  return ::rename(part_.c_str(), path_.c_str()) == 0;
}

void Snapshot::work() {
  if (path_.empty() || (!under_way() && (!changed_ || options_.clock->now() < due_))) {
    return;
  }
  const Seconds before = spent();
  bool fine = true;
  bool complete = false;
  if (!under_way()) {
    cost_ = {};
    fine = begin();
  }
  if (fine) {
    const int code = sqlite3_backup_step(backup_.get(), kPagesAtOnce);
    complete = code == SQLITE_DONE;
    fine = (complete && finish()) || code == SQLITE_OK;
  }
  cost_ += spent() - before;
  if (!fine) {
    changed_ = true;
    abandon();
  }
  if (!fine || complete) {
    due_ = options_.clock->now() +
           std::max(options_.snapshot_every, cost_ / std::max(options_.snapshot_share, 1e-3));
  }
}

}  // namespace evolt::detail
