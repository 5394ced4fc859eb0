#include "service/storage/journal_writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace evolt::detail {
namespace {

std::chrono::duration<double> of(Seconds seconds) {
  return std::chrono::duration<double>(seconds.value);
}

using Steady = std::chrono::steady_clock;

}  // namespace

JournalWriter::JournalWriter(Database database, JournalInserts inserts, JournalPosition position,
                             StudyOptions options)
    : options_(std::move(options)),
      start_(std::move(position)),
      begun_(options_.clock->now()),
      database_(std::move(database)),
      inserts_(std::move(inserts)),
      snapshot_(database_, start_.snapshot, *options_.clock),
      written_(start_.events),
      noted_(begun_),
      appended_(start_.events),
      durable_(start_.events),
      thread_([this] { work(); }) {}

JournalWriter::~JournalWriter() {
  stop();
}

Seconds JournalWriter::seconds() const {
  return start_.seconds_before + options_.clock->now() - begun_;
}

absl::Status JournalWriter::append(std::vector<Event>&& events) {
  if (events.empty()) {
    return absl::OkStatus();
  }
  const std::lock_guard lock(mutex_);
  if (!failed_.ok()) {
    return failed_;
  }
  const auto waiting = static_cast<std::size_t>(appended_ - durable_);
  if (waiting > 0 && waiting + events.size() > options_.queue_limit) {
    return absl::ResourceExhaustedError(std::to_string(waiting) + " events wait to be written" +
                                        (paused_.empty() ? std::string() : ": " + paused_));
  }
  appended_ += static_cast<std::int64_t>(events.size());
  for (const Event& event : events) {
    queue_.add(event);
  }
  events.clear();
  if (sleeping_ || queue_.events() >= options_.commit_events) {
    sleeping_ = false;
    wake_.notify_one();
  }
  return absl::OkStatus();
}

StorageHealth JournalWriter::health() const {
  const std::lock_guard lock(mutex_);
  return {.appended = appended_, .durable = durable_, .paused = paused_, .failed = failed_};
}

absl::Status JournalWriter::flush() {
  std::unique_lock lock(mutex_);
  const std::int64_t until = appended_;
  // Two refusals from now on: one may have been under way already.
  const std::int64_t refusals = refusals_ + 2;
  hurry_ = true;
  wake_.notify_one();
  done_.wait(lock, [&] {
    return durable_ >= until || !failed_.ok() || (!paused_.empty() && refusals_ >= refusals);
  });
  if (durable_ >= until) {
    return absl::OkStatus();
  }
  return failed_.ok() ? absl::UnavailableError(paused_) : failed_;
}

void JournalWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

Database JournalWriter::finish() {
  stop();
  snapshot_.abandon();
  if (failed_.ok() && options_.clock->now() - noted_ > options_.commit_every) {
    note_time().IgnoreError();  // it was noted at the last commit
  }
  inserts_ = JournalInserts();
  return std::move(database_);
}

void JournalWriter::work() {
  PackedEvents batch;
  while (gather(batch)) {
    if (!batch.empty()) {
      write(batch);
      batch.clear();
    }
    upkeep();
  }
}

/// Waits for events and takes them all; empty when it is only time for upkeep. false: the end.
bool JournalWriter::gather(PackedEvents& batch) {
  std::unique_lock lock(mutex_);
  if (!failed_.ok()) {
    return false;
  }
  const Seconds most = snapshot_.under_way()           ? Seconds{0}
                       : snapshot_.next_in().value > 0 ? snapshot_.next_in()
                                                       : options_.note_time;
  const Seconds pause = std::min(most, options_.note_time);
  sleeping_ = true;
  wake_.wait_for(lock, of(pause), [&] { return !queue_.empty() || stopping_; });
  sleeping_ = false;
  if (!queue_.empty() && !hurry_ && !stopping_) {
    wake_.wait_for(lock, of(options_.linger), [&] {
      return hurry_ || stopping_ || queue_.events() >= options_.commit_events;
    });
  }
  hurry_ = false;
  batch.swap(queue_);
  return !batch.empty() || !stopping_;
}

/// Puts a whole batch on disk, in one commit or several; tries again while the disk is full.
void JournalWriter::write(const PackedEvents& batch) {
  std::size_t row = 0;
  while (row < batch.rows()) {
    std::size_t next = row;
    std::int64_t sequence = written_;
    if (absl::Status status = commit_some(batch, next, sequence); !status.ok()) {
      if (sqlite3_get_autocommit(database_.get()) == 0) {
        database_.run("ROLLBACK").IgnoreError();  // the error that counts is the first one
      }
      if (!wait_for_room(status)) {
        return;
      }
      continue;
    }
    written_ = sequence;
    row = next;
    snapshot_.changed();
    {
      const std::lock_guard lock(mutex_);
      durable_ = written_;
      paused_.clear();
    }
    done_.notify_all();
    if (options_.on_durable) {
      options_.on_durable(written_);
    }
  }
}

/// One transaction, of rows from `row` on; both move on to what comes after it.
absl::Status JournalWriter::commit_some(const PackedEvents& batch, std::size_t& row,
                                        std::int64_t& sequence) {
  absl::Status status = database_.run("BEGIN IMMEDIATE");
  const auto until = Steady::now() + of(options_.commit_every);
  const std::int64_t enough = sequence + options_.commit_events;
  while (status.ok() && row < batch.rows()) {
    status = inserts_.insert(sequence + 1, batch.events_of(row), batch.body(row));
    sequence += batch.events_of(row);
    ++row;
    if (sequence >= enough || Steady::now() > until) {
      break;
    }
  }
  if (!status.ok()) {
    return status;
  }
  const Seconds now = options_.clock->now();
  status = inserts_.note(start_.incarnation, now - begun_, sequence);
  if (status.ok()) {
    status = database_.run("COMMIT");
  }
  if (status.ok()) {
    noted_ = now;
  }
  return status;
}

/// After a refusal. true: worth another try.
bool JournalWriter::wait_for_room(const absl::Status& status) {
  std::unique_lock lock(mutex_);
  if (!absl::IsResourceExhausted(status)) {
    failed_ = status;
    done_.notify_all();
    return false;
  }
  paused_ = "the disk is full, " + std::to_string(appended_ - durable_) +
            " events wait to be written; free some space and it goes on by itself (" +
            std::string(status.message()) + ')';
  ++refusals_;
  done_.notify_all();
  if (stopping_) {
    failed_ = absl::ResourceExhaustedError(paused_);
    return false;
  }
  wake_.wait_for(lock, of(options_.retry), [&] { return stopping_; });
  lock.unlock();
  return beat();
}

/// false: another process writes the study now.
bool JournalWriter::beat() {
  const absl::Status status = start_.beat ? start_.beat() : absl::OkStatus();
  if (!status.ok()) {
    const std::lock_guard lock(mutex_);
    failed_ = status;
    done_.notify_all();
  }
  return status.ok();
}

void JournalWriter::upkeep() {
  if (!beat()) {
    return;
  }
  if (options_.clock->now() - noted_ >= options_.note_time) {
    noted_ = options_.clock->now();
    note_time().IgnoreError();  // the next commit notes it too, and reports what is wrong
  }
  copy();
}

/// Goes on with the copy for others. The study does not depend on a snapshot; that a mirror fails
/// is said once.
void JournalWriter::copy() {
  const absl::Status status = snapshot_.work();
  if (status.ok()) {
    copy_failed_ = copy_failed_ && snapshot_.next_in().value > 0;
    return;
  }
  if (start_.snapshot.durable && options_.warn && !std::exchange(copy_failed_, true)) {
    options_.warn("the mirror of the study cannot be renewed, which will be tried again: " +
                  std::string(status.message()));
  }
}

absl::Status JournalWriter::note_time() {
  return inserts_.note(start_.incarnation, options_.clock->now() - begun_, written_);
}

}  // namespace evolt::detail
