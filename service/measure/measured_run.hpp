#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"
#include "workers/energy/meter/window_tally.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// One window in which a command ran, once or, where once is too short for the meters, several
/// times.
struct MeasuredRun {
  Seconds wall;  ///< of the command, all executions together
  Seconds cpu;
  int code = 0;  ///< of the last execution
  std::int64_t executions = 1;
  WindowFigure figure;  ///< of all executions together
};

/// What a number did over several runs.
struct Spread {
  double mean = 0;
  std::optional<double> deviation;  ///< standard deviation of a sample; nullopt: one run
  double least = 0, most = 0;
};

/// Nullopt for no number.
std::optional<Spread> spread_of(std::span<const double> numbers);

/// All runs of a command together, for each execution.
struct RunSummary {
  std::int64_t measured = 0;  ///< runs with a figure
  std::optional<Spread> seconds, joules, watts;
  /// The mean of what the runs with a figure truly used lies between.
  Joules lower, upper;
  EnergyLabel label = EnergyLabel::none;  ///< the weakest
};

/// Runs without a figure count in `seconds` alone.
RunSummary summarize(std::span<const MeasuredRun> runs);

/// Mean power in a run's window; nullopt without a figure.
std::optional<Watts> mean_power(const MeasuredRun& run);

}  // namespace evolt
