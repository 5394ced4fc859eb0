#pragma once

#include "core/units.hpp"
#include "workers/energy/meter/host_account.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>

namespace evolt {

/// An attempt that is to be measured.
struct MeterTarget {
  pid_t process = -1;  ///< it and all that comes from it: the nanny, or a server
  WindowShare share;
  std::string name = {};  ///< for people: `STUDY/TRIAL`
  /// Processor time is that of its processes alone, though its cgroup may be another than the
  /// reader's: the cgroup holds others' work, too.
  bool tree_only = false;
};

/// Hears what became of a window. Called once, on a thread of the meter's: post it to the loop.
using WindowEnd = std::function<void(WindowReport)>;

/// Measures attempts on this host. Every call returns within microseconds and means the moment at
/// which it was made; reading and dividing is done elsewhere. Thread: any.
class EnergyMeter {
 public:
  virtual ~EnergyMeter() = default;

  virtual WindowId open(MeterTarget target) = 0;

  /// What the attempt did since its mark before, or since it opened, was this phase (`train`,
  /// `infer`), and so many items of it; empty: no phase of its own.
  virtual void mark(WindowId id, std::string phase, std::int64_t items = 0) = 0;

  /// `cpu`: processor time of the attempt in all, where somebody has counted it; its last moments
  /// are seen in no other way once its processes are gone. `end` is called for every window, a
  /// figure or none, and also when the meter goes.
  virtual void close(WindowId id, std::optional<Seconds> cpu, WindowEnd end) = 0;

  /// What was known at the last reading, which may be a second ago.
  virtual WindowFigure so_far(WindowId id) const = 0;
};

}  // namespace evolt
