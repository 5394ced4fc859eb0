#pragma once

#include "core/units.hpp"
#include "workers/energy/limits/power_limit.hpp"
#include "workers/unique_fd.hpp"

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

namespace evolt {

/// What a warden answered.
struct WardenReply {
  std::string knob;
  bool released = false;  ///< to `release`: it was restored, or is stuck
  absl::Status status;    ///< why not, where it refused or is stuck
  PowerLimits limits;     ///< after `try`: least, most, current
  Watts applied;          ///< after `hold`
  Watts enforced;
  Watts previous;
};

/// Reads one line of a warden; nullopt for none of its.
std::optional<WardenReply> read_warden_line(std::string_view line);

std::string warden_hold(const std::string& knob, Watts limit);
std::string warden_release(const std::string& knob);

/// A warden of our own, in a session of its own. It ends, and restores all limits, when this is
/// destroyed or we die. Thread: one.
class WardenClient {
 public:
  /// `program`: EVOLT_WARDEN, else `evolt-warden` beside this one, where it is empty. Errors:
  /// not_found naming where it was expected; the system's.
  static absl::StatusOr<WardenClient> start(const std::string& program = {});

  WardenClient(WardenClient&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        socket_(std::move(other.socket_)),
        rest_(std::move(other.rest_)) {}
  WardenClient& operator=(WardenClient&&) = delete;
  /// Waits up to 10 s until it has restored the limits.
  ~WardenClient();

  /// Sends a line and waits for its answer. Errors: deadline_exceeded; unavailable when the warden
  /// is gone; what it refused with.
  absl::StatusOr<WardenReply> ask(const std::string& line, Seconds patience = {30});

  /// The same words, answered one after the other.
  absl::StatusOr<PowerLimits> try_limit(const std::string& knob);
  absl::StatusOr<WardenReply> hold(const std::string& knob, Watts limit);
  absl::Status release(const std::string& knob);

  pid_t pid() const { return pid_; }

  /// Of the socket, for who waits for answers in another way than ask().
  int fd() const { return socket_.get(); }

 private:
  WardenClient(pid_t pid, UniqueFd socket) : pid_(pid), socket_(std::move(socket)) {}

  pid_t pid_;
  UniqueFd socket_;
  std::string rest_;
};

/// Has a warden restore what killed processes left set, where there is something; waits for it for
/// at most `patience`. Errors: where something could not be restored, with what to do.
absl::Status restore_limits_left_behind(Seconds patience = {20});

}  // namespace evolt
