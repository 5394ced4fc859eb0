#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"
#include "workers/energy/meter/accumulator.hpp"
#include "workers/energy/meter/pool_sum.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// Channels that are divided together: all packages, all memory, one card, or what a node's meter
/// shows beyond its parts.
struct EnergyPool {
  enum class Kind { package, dram, device, residual };

  Kind kind = Kind::package;
  std::string part;    ///< for the scope of a reading: `package`, `dram`, `gpu`, `module`, `node`
  std::string device;  ///< of a device: its UUID
  std::vector<std::size_t> channels;      ///< that add up, as indices
  std::vector<std::size_t> parts;         ///< of a residual: what is subtracted
  std::vector<std::string> sensors;       ///< names of `channels`
  double gain = 0;                        ///< the largest of its channels
  Seconds step;                           ///< likewise
  Watts most;                             ///< of all together; 0: not known
  EnergyLabel label = EnergyLabel::none;  ///< the weakest, of a time that nobody shared
};

/// Sorts channels into pools. Without a package of its own a superchip's module is the package. Of
/// what lies within another channel (cores, uncore, platform) nothing is used. A node's meter is
/// divided as a residual.
std::vector<EnergyPool> make_pools(std::span<const EnergyChannel> channels);

/// What a pool measured between two moments.
struct PoolSpan {
  double joules = 0;  ///< counted; never below 0
  SegmentError error;
  Seconds time;
  Seconds gap;
  bool suspect = false;
};

/// The marks of every channel of the host at one moment.
using HostMarks = std::vector<EnergyMark>;

/// Measures one pool from edge to edge.
class PoolMeter {
 public:
  explicit PoolMeter(const EnergyPool& pool) : pool_(pool) {}

  /// From the last edge to `now`; the edge stays where it is.
  PoolSpan span(std::span<const Accumulator> channels, const HostMarks& now) const;

  /// The same, and the next span begins there.
  PoolSpan cut(std::span<const Accumulator> channels, const HostMarks& now);

  /// The first edge.
  void start(const HostMarks& now) { from_ = now; }
  bool started() const { return !from_.empty(); }

  const EnergyPool& pool() const { return pool_; }

 private:
  struct Measured {
    PoolSpan span;
    double debt = 0;
  };
  Measured measure(std::span<const Accumulator> channels, const HostMarks& now) const;

  EnergyPool pool_;
  HostMarks from_;
  /// Of a residual: joules by which the parts were ahead of the slower meter of the whole.
  double debt_ = 0;
};

}  // namespace evolt
