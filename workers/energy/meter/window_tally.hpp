#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"
#include "workers/energy/meter/energy_pool.hpp"
#include "workers/energy/meter/pool_sum.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// A window's energy from one pool.
struct PoolTally {
  bool part_of = false;  ///< the window has to do with this pool
  PoolSum sum;
  Seconds gap;
  Joules gap_most;  ///< that its gaps can hide
  bool suspect = false;
  bool shared = false;              ///< another trial, or much of another process, used it too
  bool by_use = false;              ///< a device: divided by what each used of it
  bool by_share = false;            ///< a device: divided by the shares that were given of it
  std::optional<Interval> dynamic;  ///< what else is known of the joules above idle power

  PoolTally& operator+=(const PoolTally& piece);
};

/// All that a window, or a phase of it, has gathered.
struct WindowTally {
  Seconds time;
  std::vector<PoolTally> pools;

  /// Another piece of the same window. Requires: both have ended.
  WindowTally& operator+=(const WindowTally& piece);
};

/// What is the same for all windows of a host.
struct ReadingTerms {
  IdlePolicy idle = IdlePolicy::reserved;
  std::string attribution;  ///< how processor time divides: `cpu time, r 2`
  std::string host_class;
};

/// A figure, or why there is none.
struct WindowFigure {
  std::optional<EnergyReading> energy;
  std::string missing;  ///< empty where there is a figure
  Seconds time;
  Watts most;  ///< that the meters of the figure can show together; 0: not known

  friend bool operator==(const WindowFigure&, const WindowFigure&) = default;
};

/// Steps of a meter that a window must see to have a figure.
inline constexpr double kFigureSteps = 10;

/// Turns what was gathered into a reading: gaps are filled with the mean power of what was seen,
/// bounds hold gain, edges, gaps and attribution, each in full. A pool of which the window saw
/// fewer than ten steps withholds the figure, but for the residual of a node's meter, which is left
/// out then; so does one that was not observed at all. Coverage below 95 %, a suspect read and a
/// meter without a known highest power make the label one weaker.
WindowFigure figure(const WindowTally& tally, std::span<const EnergyPool> pools,
                    const ReadingTerms& terms);

/// The label, one weaker where less than 95 % was observed.
EnergyLabel of_coverage(EnergyLabel label, double coverage);

}  // namespace evolt
