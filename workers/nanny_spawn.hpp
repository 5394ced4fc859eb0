#pragma once

#include "workers/trial_spec.hpp"
#include "workers/unique_fd.hpp"

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace evolt {

/// What a nanny is to run.
struct NannyOrder {
  std::string nanny;    ///< path of evolt-nanny
  std::string program;  ///< the file to run
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< NAME=VALUE each
  std::string directory;                 ///< where it runs
  bool with_input = false;               ///< else its standard input is empty
  bool with_report = false;              ///< a two-way descriptor 3
  LimitSpec limits;                      ///< grace, and what the nanny itself watches
};

/// Our ends, all nonblocking but for none that is absent.
struct NannyProcess {
  pid_t pid = -1;
  UniqueFd control;
  UniqueFd input;
  UniqueFd output;
  UniqueFd errors;
  UniqueFd report;
};

/// Starts a nanny. Errors: invalid_argument when the arguments are too long for the system;
/// failed_precondition when the nanny cannot be run; unavailable when the system has no room now.
absl::StatusOr<NannyProcess> spawn_nanny(const NannyOrder& order);

/// Kills what carries the mark, in the background; the nanny's process to be waited for.
std::optional<pid_t> spawn_sweep(const std::string& nanny, const std::string& mark);

/// The nanny to use: `configured`, else EVOLT_NANNY, else `evolt-nanny` beside this program.
/// Errors: not_found naming where it was expected.
absl::StatusOr<std::string> find_nanny(const std::string& configured);

}  // namespace evolt
