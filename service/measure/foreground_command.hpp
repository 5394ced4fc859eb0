#pragma once

#include "core/units.hpp"

#include <absl/status/statusor.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// How a command ended.
struct CommandEnd {
  int code = 0;        ///< as shells have it: its exit code, or 128 + the signal that ended it
  Seconds wall;        ///< from its start until its main process had ended
  Seconds cpu;         ///< of everything of it that had ended by then
  bool left = false;   ///< it left processes running
  bool asked = false;  ///< a signal for it came through us, or from the terminal
};

/// Runs commands in the foreground, as a shell does: with our standard streams, environment and
/// process group, so that the terminal is theirs. While this lives, what they leave behind, in new
/// sessions too, becomes our child, and signals that would end us wait: the terminal's reach the
/// command without us, others are passed on to it. Make it before any thread: they inherit what is
/// blocked. Thread: one.
class ForegroundCommand {
 public:
  ForegroundCommand();
  ForegroundCommand(const ForegroundCommand&) = delete;
  ForegroundCommand& operator=(const ForegroundCommand&) = delete;
  ~ForegroundCommand();

  /// Runs it to its end. Errors: not_found: there is no such program; failed_precondition: it
  /// cannot be run.
  absl::StatusOr<CommandEnd> run(const std::vector<std::string>& argv);

  /// A signal that came while nothing ran, within `patience`; nullopt: none.
  std::optional<int> signal_within(Seconds patience);

 private:
  sigset_t held_{};
  sigset_t before_{};
};

}  // namespace evolt
