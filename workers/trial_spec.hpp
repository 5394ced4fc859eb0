#pragma once

#include "core/measurement.hpp"
#include "core/trial.hpp"
#include "core/units.hpp"
#include "workers/trial_place.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// How a trainer's numbers are read.
struct CaptureSpec {
  enum class Kind { json, regex, file };

  Kind kind = Kind::json;
  std::string text;  ///< regex: the pattern; file: the path
};

struct LimitSpec {
  std::optional<std::int64_t> memory;  ///< bytes, of the whole process tree
  std::optional<Seconds> wall;         ///< of one attempt
  std::optional<Seconds> no_progress;  ///< without a report
  Seconds grace{20};                   ///< between TERM and KILL
};

/// Hears each line of a trainer's output with what was understood of it: nullptr for a line that is
/// no report. For `evolt try`.
using LineTap = std::function<void(std::string_view line, const Measurement* understood)>;

/// All that an executor needs to know about the trials of a study. See docs/trials.md.
struct TrialSpec {
  StartMode mode = StartMode::process;
  std::vector<std::string> command;     ///< argv, never a shell; `{name}`, `{params}` are replaced
  std::vector<std::string> parameters;  ///< every name of the search space, active or not
  std::string directory = ".";          ///< where commands run: the study file's
  std::string study_dir = ".";          ///< attempts live in `trials/ID/attempt-N/` below it
  std::int64_t steps = 0;               ///< full length, where the trial itself names none
  std::string fidelity = "step";
  CaptureSpec capture;
  std::optional<int> infeasible_exit;
  bool checkpoint = false;
  std::vector<std::string> env;  ///< NAME=VALUE is set; NAME is handed on even if it would not be
  std::int32_t cores = 1;        ///< for each rank of a trial
  double gpus = 0;               ///< for each rank of a trial; below 1: that many share one
  std::optional<TrialPlace> place;  ///< of trials of several ranks; nullopt: they have one
  LimitSpec limits;
  /// How long a phase must last for this host's meters (EVOLT_PHASE_SECONDS); nullopt: unmeasured.
  std::optional<Seconds> shortest_phase;
  std::string gpu_power_limit;  ///< parameter whose value limits the slot's GPUs; empty: none
  std::string cpu_power_limit;  ///< the same of the host's processor packages
  std::size_t slots = 0;        ///< 0: as many as the host's cores and GPUs allow
  std::string nanny;  ///< path of evolt-nanny; empty: EVOLT_NANNY, else beside this program
  LineTap tap;
};

}  // namespace evolt
