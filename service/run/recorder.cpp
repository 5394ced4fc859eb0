#include "service/run/recorder.hpp"

#include "service/run/file_packing.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace evolt {
namespace {

constexpr int kPatientTries = 300;

}  // namespace

void Recorder::record(Event event) {
  ledger_.apply(event);
  const bool ends =
      std::holds_alternative<Finished>(event.what) || std::holds_alternative<Lost>(event.what);
  if (ends && packer_ != nullptr) {
    if (const LedgerTrial* const trial = ledger_.find(subject(event)); trial && is_over(*trial)) {
      packer_->ended(ended_trial(*trial));
    }
  }
  if (storage_ != nullptr) {
    waiting_.push_back(std::move(event));
  }
}

void Recorder::pass_on_complaint() {
  if (packer_ != nullptr) {
    if (const std::string complaint = packer_->complaint(); !complaint.empty() && say_) {
      say_(complaint);
    }
  }
}

void Recorder::hand_over() {
  pass_on_complaint();
  if (waiting_.empty() || storage_ == nullptr || !failed_.ok()) {
    return;
  }
  const absl::Status status = storage_->append(std::move(waiting_));
  if (status.ok()) {
    waiting_ = {};
  } else if (!absl::IsResourceExhausted(status)) {
    failed_ = status;
  }
}

std::string Recorder::paused() const {
  return storage_ == nullptr ? std::string() : storage_->health().paused;
}

absl::Status Recorder::status() const {
  return storage_ == nullptr || !failed_.ok() ? failed_ : storage_->health().failed;
}

Seconds Recorder::seconds() const {
  return storage_ == nullptr ? Seconds{} : storage_->seconds();
}

absl::Status Recorder::close() {
  if (packer_ != nullptr) {
    if (storage_ != nullptr) {
      hand_over();
      storage_->flush().IgnoreError();  // results first; whether they got there is said below
    }
    packer_->close();  // while nobody else can have the study
    pass_on_complaint();
    packer_.reset();
  }
  return close_storage();
}

absl::Status Recorder::close_storage() {
  if (storage_ == nullptr) {
    return absl::OkStatus();
  }
  while (!waiting_.empty() && failed_.ok()) {
    if (absl::Status status = storage_->flush(); !status.ok()) {
      return status;
    }
    hand_over();
  }
  if (!failed_.ok()) {
    return failed_;
  }
  // A full disk may yet have room; what is queued is all there is of these results.
  absl::Status closed = storage_->close();
  for (int tries = 0; tries < kPatientTries && absl::IsUnavailable(closed); ++tries) {
    std::this_thread::sleep_for(std::chrono::duration<double>(pause_.value));
    closed = storage_->close();
  }
  return closed;
}

}  // namespace evolt
