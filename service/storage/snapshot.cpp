#include "service/storage/snapshot.hpp"

#include "service/storage/files.hpp"
#include "service/storage/journal.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
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

Snapshot::Snapshot(Database& source, SnapshotPlan plan, const Clock& clock)
    : source_(source),
      plan_(std::move(plan)),
      clock_(clock),
      part_(plan_.path + ".part"),
      due_(clock.now() + plan_.every) {}

Snapshot::~Snapshot() {
  abandon();
}

Seconds Snapshot::next_in() const {
  if (plan_.path.empty() || !changed_) {
    return {};
  }
  return std::max(Seconds{0.001}, due_ - clock_.now());
}

void Snapshot::abandon() {
  const bool begun = static_cast<bool>(copy_);
  backup_.reset();
  copy_.close();
  if (begun) {
    ::unlink(part_.c_str());
  }
}

absl::Status Snapshot::begin() {
  ::unlink(part_.c_str());
  if (absl::Status status = make_private_file(part_); !status.ok()) {
    return status;
  }
  absl::StatusOr<Database> copy = Database::open(part_, SQLITE_OPEN_READWRITE);
  if (!copy.ok()) {
    ::unlink(part_.c_str());
    return copy.status();
  }
  copy_ = *std::move(copy);
  // A copy that is torn by a crash is thrown away, so it needs neither a journal nor syncs.
  absl::Status status = copy_.run(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  if (!status.ok()) {
    return status;
  }
  backup_.reset(sqlite3_backup_init(copy_.get(), "main", source_.get(), "main"));
  changed_ = false;
  return backup_ == nullptr
             ? sqlite_status(copy_.get(), sqlite3_errcode(copy_.get()), "cannot copy to " + part_)
             : absl::OkStatus();
}

absl::Status Snapshot::step(int pages, bool& complete) {
  const int code = sqlite3_backup_step(backup_.get(), pages);
  complete = code == SQLITE_DONE;
  return complete || code == SQLITE_OK ? absl::OkStatus()
                                       : sqlite_status(nullptr, code, "cannot copy to " + part_);
}

absl::Status Snapshot::finish(bool closed) {
  if (const int code = sqlite3_backup_finish(backup_.release()); code != SQLITE_OK) {
    return sqlite_status(nullptr, code, "cannot copy to " + part_);
  }
  // The copy says of itself that it has a WAL, as its source; no reader may need one.
  const absl::StatusOr<std::string> mode = copy_.text("PRAGMA journal_mode = DELETE");
  absl::Status status = mode.status();
  if (status.ok() && *mode != "delete") {
    status = absl::InternalError(part_ + " stays in journal mode " + *mode);
  }
  if (status.ok()) {
    status = put_meta(copy_, kCopiedAt, std::to_string(clock_.wall().value));
  }
  if (status.ok() && closed) {
    status = put_meta(copy_, kClosed, "1");
  }
  copy_.close();
  if (status.ok() && plan_.may_replace) {
    status = plan_.may_replace();
  }
  if (status.ok() && plan_.durable) {
    status = replace_durably(part_, plan_.path);
  } else if (status.ok() && ::rename(part_.c_str(), plan_.path.c_str()) != 0) {
    status = system_error("cannot replace " + plan_.path, errno);
  }
  if (status.ok()) {
    changed_ = false;
  } else {
    ::unlink(part_.c_str());
  }
  return status;
}

absl::Status Snapshot::copy_now(bool closed) {
  abandon();
  absl::Status status = begin();
  bool complete = false;
  while (status.ok() && !complete) {
    status = step(-1, complete);
  }
  if (status.ok()) {
    status = finish(closed);
  }
  if (!status.ok()) {
    changed_ = true;
    abandon();
  }
  due_ = clock_.now() + plan_.every;
  return status;
}

absl::Status Snapshot::work() {
  if (plan_.path.empty() || (!under_way() && (!changed_ || clock_.now() < due_))) {
    return absl::OkStatus();
  }
  const Seconds before = spent();
  absl::Status status;
  bool complete = false;
  if (!under_way()) {
    cost_ = {};
    status = begin();
  }
  if (status.ok()) {
    status = step(kPagesAtOnce, complete);
  }
  if (status.ok() && complete) {
    status = finish(false);
  }
  cost_ += spent() - before;
  if (!status.ok()) {
    changed_ = true;
    abandon();
  }
  if (!status.ok() || complete) {
    due_ = clock_.now() + std::max(plan_.every, cost_ / std::max(plan_.share, 1e-3));
  }
  return status;
}

}  // namespace evolt::detail
