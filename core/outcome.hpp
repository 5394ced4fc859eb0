#pragma once

#include "core/energy_reading.hpp"
#include "core/measurement.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// How a trial ended. A lost attempt is not an ending: it is tried again.
enum class Ending {
  finished,    ///< trained to the end, with every objective reported
  stopped,     ///< stopped early by a verdict
  failed,      ///< crashed, diverged, ran out of its limits, or reported no objective
  infeasible,  ///< the trainer itself said that this configuration cannot be
};

/// Why a trial failed.
enum class Failure {
  none,
  exit_code,    ///< ended with a code other than 0
  signal,       ///< ended by a signal that was not ours
  wall_limit,   ///< ran longer than limits.wall
  no_progress,  ///< reported nothing for limits.no_progress
  memory,       ///< used more than limits.memory
  not_finite,   ///< an objective was NaN or infinite at the end
  no_result,    ///< ended well, but never reported an objective
  not_started,  ///< the command could not be started
  told,         ///< the trainer or the caller said so
  attempts,     ///< lost more often than limits.attempts
  joules,       ///< used more than limits.joules
};

/// A part of an attempt's work that its trainer named: `train`, `infer`, ...
struct PhaseUse {
  std::string name;
  Seconds time;
  std::int64_t items = 0;  ///< that were done in it, as the trainer counts; 0: it did not say
  std::optional<EnergyReading> energy;
  std::string unmeasured;  ///< as Usage's

  friend bool operator==(const PhaseUse&, const PhaseUse&) = default;
};

/// What an attempt used, as far as it was measured.
struct Usage {
  Seconds wall;                         ///< from start to end of the process
  std::optional<Seconds> startup;       ///< until its first report
  std::optional<Seconds> cpu;           ///< user + system, of the whole process tree
  std::optional<std::int64_t> max_rss;  ///< bytes, of the largest process
  std::optional<EnergyReading> energy;
  /// Limits that the attempt ran under, where its study sets them: what was enforced, which may be
  /// less than what was set. Of several GPUs or packages the lowest.
  std::optional<Watts> gpu_power_limit;
  std::optional<Watts> cpu_power_limit;
  std::vector<PhaseUse> phases;  ///< in the order of their first beginning; empty: none was named
  std::string unmeasured;  ///< why its energy is not known; empty: it is, or nobody measured here

  friend bool operator==(const Usage&, const Usage&) = default;
};

/// How one attempt ended.
struct Outcome {
  Ending ending = Ending::finished;
  Failure failure = Failure::none;
  std::string reason;           ///< one sentence for a person; empty for a clean finish
  Metrics metrics;              ///< the last value of every metric
  std::int64_t steps = 0;       ///< the last step reported
  std::int64_t started_at = 0;  ///< the step it continued from (its checkpoint's); 0: from scratch
  std::optional<int> exit_code;
  std::optional<int> signal;
  Usage usage;
  std::string checkpoint;               ///< directory with what it left; empty: none
  std::vector<std::string> last_lines;  ///< of its output, when it failed

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace evolt
