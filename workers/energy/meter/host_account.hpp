#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"
#include "workers/energy/meter/accumulator.hpp"
#include "workers/energy/meter/attribution.hpp"
#include "workers/energy/meter/device_use.hpp"
#include "workers/energy/meter/energy_pool.hpp"
#include "workers/energy/meter/idle_power.hpp"
#include "workers/energy/meter/rest_memory.hpp"
#include "workers/energy/meter/steady_rates.hpp"
#include "workers/energy/meter/window_id.hpp"
#include "workers/energy/meter/window_tally.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// What of the host an attempt has.
struct WindowShare {
  struct Device {
    std::string uuid;
    double share = 1;  ///< of the card: 1, or by slices or slots

    friend bool operator==(const Device&, const Device&) = default;
  };

  double cores = 1;
  std::vector<Device> devices;
  std::optional<Watts> power_limit;  ///< in force on its devices

  friend bool operator==(const WindowShare&, const WindowShare&) = default;
};

/// Processor time since some moment, CPU-seconds; it lies within.
using CpuTime = Interval;

/// One look at everything.
struct HostRound {
  Seconds at;                                ///< after the last read
  std::span<const ChannelReading> readings;  ///< of every channel
  std::optional<CpuTime> busy;               ///< of the host; nullopt: it cannot be read
  std::span<const std::pair<WindowId, std::optional<CpuTime>>> windows;  ///< nullopt: not readable
  /// Of cards whose driver tells it. A card that nobody holds is idle while it has no users.
  std::span<const DeviceUsers> users = {};
};

struct AccountOptions {
  IdlePolicy idle = IdlePolicy::reserved;
  double cpu_ratio = 2;   ///< by which the watts of two trials' CPU-seconds differ at most
  double dram_ratio = 3;  ///< the same for memory
  /// By how much, relative, the watts of one trial's CPU-seconds change while it runs. nullopt:
  /// nothing is known, and nothing is concluded from how the host's power follows its trials.
  std::optional<double> steadiness;
  double cores = 1;  ///< of the host
  std::string host_class;
  std::vector<RestRecord> rest;  ///< what is known of the host beforehand
  AccumulatorOptions accumulator;
};

/// One phase of a window that has ended.
struct PhaseFigure {
  std::string phase;
  Seconds time;
  std::int64_t items = 0;
  WindowFigure figure;

  friend bool operator==(const PhaseFigure&, const PhaseFigure&) = default;
};

/// What became of a window.
struct WindowReport {
  WindowFigure whole;
  std::vector<PhaseFigure> phases;  ///< in the order of their first beginning

  friend bool operator==(const WindowReport&, const WindowReport&) = default;
};

/// Where the energy that one pool counted went: `trials + other + idle` is `counted`.
struct PoolBalance {
  std::string part;
  std::string device;
  Joules counted, trials, other, idle;
};

/// Divides the energy of one host among the windows that are open on it, in segments: a segment
/// ends at every round of reading, and at every start and end of a window. Pure: time, readings and
/// processor times are handed in. See docs/energy-accounting.md.
class HostAccount {
 public:
  HostAccount(std::vector<EnergyChannel> channels, AccountOptions options);

  /// Requires: rounds come in the order of time.
  void round(const HostRound& round);

  /// The edges below lie at the last round, which must have looked at the window's processor time.
  /// `asked` is when the edge was wanted; what was used meanwhile widens the bounds.
  void open(WindowId id, const WindowShare& share, Seconds asked, std::optional<CpuTime> cpu);

  /// What the window did since its mark before, or since it opened, was this phase, and so many
  /// items of it; empty: no phase of its own. A phase may come again.
  void mark(WindowId id, const std::string& phase, std::int64_t items, Seconds asked);

  /// `cpu`: what the attempt used in all, where somebody else has counted it. Requires: it is open.
  WindowReport close(WindowId id, Seconds asked, std::optional<Seconds> cpu = {});

  /// What a close at the last round would give; nothing for an unknown window.
  WindowFigure so_far(WindowId id) const;

  /// The host slept, or somebody else read for it: nothing is known of the time since the last
  /// round.
  void lose();

  /// Of each channel, what it has counted in all.
  std::vector<EnergySpan> counted() const;

  std::size_t open_windows() const { return windows_.size(); }
  std::vector<PoolBalance> balance() const;
  /// What was learnt here of its parts at rest.
  std::vector<RestRecord> learnt() const;
  const std::vector<EnergyPool>& pools() const { return traits_; }
  /// What the pool draws at rest, as far as it is known.
  std::optional<IdlePower> idle_power(std::size_t pool) const { return pools_[pool].rest.power(); }

 private:
  struct Phase {
    std::string name;
    std::int64_t items = 0;
    WindowTally tally;
  };
  struct Window {
    WindowShare share;
    CpuTime opened;      // processor time when it opened
    CpuTime cpu;         // now
    bool fresh = false;  // the last round could read it
    WindowTally whole;
    WindowTally piece;  // since the last mark
    std::vector<Phase> phases;
    Seconds since;  // of the piece
    Seconds opened_at;
  };
  struct Member {
    Seconds from;
    CpuTime cpu;  // when the segment began, or the window
  };
  struct Pool {
    PoolMeter meter;
    IdleEstimate rest;
    std::map<WindowId, Member> members;
    CpuTime busy;  // of the host, when the segment began
    Seconds since;
    DeviceUse use;       // of a device, in this segment
    bool quiet = false;  // its driver knew of nobody who used it in this segment
    double counted = 0, trials = 0, other = 0, idle = 0;
  };
  /// A pool's segment, divided.
  struct Divided {
    PoolSpan span;
    DividedSegment parts;
    std::vector<WindowId> order;  // of parts.trials
    std::vector<TrialLoad> loads;
    Interval busy;
    std::optional<IdlePower> idle;
    bool by_use = false;  // a device that several hold
    bool by_share = false;
  };

  Divided divide(const Pool& pool, const PoolSpan& span) const;
  void divide_device_of(const Pool& pool, Divided& divided) const;
  void hear(Pool& pool, std::span<const DeviceUsers> users);
  void cut(std::size_t index);
  void cut_of(WindowId id);
  void rest(Pool& pool, const PoolSpan& span, const Divided& divided);
  void give(PoolTally& tally, const Divided& divided, std::size_t trial, bool shared) const;
  bool is_shared(const Pool& pool, const Divided& divided, std::size_t trial) const;
  Interval cpu_since(const Window& window, const CpuTime& start, Interval busy) const;
  Interval busy_since(const CpuTime& start, Seconds time) const;
  void edge(WindowTally& tally, Seconds asked, bool first) const;
  WindowTally new_tally(const WindowShare& share) const;
  void end(WindowTally& tally) const;
  double device_share(WindowId id, const Pool& pool) const;
  ReadingTerms terms() const;
  bool measures(const std::string& device, const WindowTally& tally) const;
  WindowFigure finish(const WindowTally& tally, const Window& window) const;

  AccountOptions options_;
  std::vector<Accumulator> channels_;
  std::vector<EnergyPool> traits_;
  std::vector<Pool> pools_;
  std::map<WindowId, Window> windows_;
  HostMarks now_;
  Seconds at_;
  bool begun_ = false;
  CpuTime busy_;
  bool busy_known_ = false;
  SteadyRates rates_;
};

}  // namespace evolt
