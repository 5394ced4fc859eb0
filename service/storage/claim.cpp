#include "service/storage/claim.hpp"

#include "service/storage/files.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

std::string beat_path(const std::string& directory) {
  return directory + "/beat";
}

std::string read_beat(const std::string& directory) {
  std::ifstream file(beat_path(directory));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::chrono::duration<double> of(Seconds seconds) {
  return std::chrono::duration<double>(seconds.value);
}

absl::Status served(const std::string& directory, const Owner& owner, Seconds wall) {
  return absl::UnavailableError(
      "the study in " + directory + " is already open: " + describe(owner, wall) +
      ", with its database in " + owner.database + "; look at it with: evolt best " + directory);
}

}  // namespace

absl::Status check_elsewhere(const std::string& directory, const ClaimOptions& options) {
  const std::optional<Owner> owner = read_owner(directory);
  if (!owner || owner->database.empty() || surely_gone(*owner)) {
    return absl::OkStatus();
  }
  const std::string before = read_beat(directory);
  if (options.warn) {
    options.warn("waiting up to " + duration_text(options.patience) + " to see whether " +
                 describe(*owner, options.clock->wall()) + " still serves " + directory);
  }
  const auto until = std::chrono::steady_clock::now() + of(options.patience);
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(of(std::min(Seconds{0.5}, options.patience / 20)));
    const std::optional<Owner> now = read_owner(directory);
    if (!now) {
      return absl::OkStatus();  // it ended in good order
    }
    if (!now->same_process(*owner) || read_beat(directory) != before) {
      return served(directory, *now, options.clock->wall());
    }
  }
  return absl::OkStatus();
}

Claim::Claim(std::string directory, Owner owner, ClaimOptions options)
    : directory_(std::move(directory)),
      owner_(std::move(owner)),
      options_(std::move(options)),
      next_(options_.clock->now()) {}

Claim::~Claim() = default;

absl::StatusOr<std::unique_ptr<Claim>> Claim::take(const std::string& directory, const Owner& owner,
                                                   ClaimOptions options) {
  std::unique_ptr<Claim> claim(new Claim(directory, owner, std::move(options)));
  if (absl::Status status = write_owner(directory, owner); !status.ok()) {
    return status;
  }
  if (absl::Status status = claim->beat(); !status.ok()) {
    return absl::UnavailableError(status.message());
  }
  std::this_thread::sleep_for(of(claim->options_.settle));
  if (absl::Status status = claim->held(); !status.ok()) {
    return absl::UnavailableError(status.message());
  }
  return claim;
}

absl::Status Claim::held() const {
  const std::optional<Owner> owner = read_owner(directory_);
  // A file that is gone or cannot be read is nobody's claim.
  if (!owner || owner->same_process(owner_)) {
    return absl::OkStatus();
  }
  return absl::AbortedError("another process took over the study in " + directory_ + ": " +
                            describe(*owner, options_.clock->wall()));
}

absl::Status Claim::beat() {
  if (options_.clock->now() < next_) {
    return absl::OkStatus();
  }
  next_ = options_.clock->now() + options_.beat_every;
  if (absl::Status status = held(); !status.ok()) {
    return status;
  }
  // A beat that cannot be written is tried again with the next one; others may take over then.
  replace_file(beat_path(directory_), owner_.host + ' ' + std::to_string(owner_.pid) + ' ' +
                                          std::to_string(++beats_) + '\n')
      .IgnoreError();
  return absl::OkStatus();
}

void Claim::release() {
  if (!std::exchange(released_, true) && held().ok()) {
    remove_owner(directory_);
    ::unlink(beat_path(directory_).c_str());
  }
}

}  // namespace evolt
