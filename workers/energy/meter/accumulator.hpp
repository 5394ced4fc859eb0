#pragma once

#include "core/units.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/meter/interval.hpp"

#include <cstdint>

namespace evolt {

/// Counts add up without losing one, however long a host runs.
__extension__ using Counts = unsigned __int128;

/// What an accumulator knew at one moment.
struct EnergyMark {
  Seconds at;
  Counts counts = 0;           ///< since the first good read; of a power, twice counts x ns
  Seconds gap;                 ///< in which nothing was observed, so far
  Interval error;              ///< joules by which truth may exceed the counts at this moment
  double loose = 0;            ///< joules by which trapezoids may be wrong, so far
  Seconds late;                ///< since the last good read
  std::uint64_t suspects = 0;  ///< reads that cannot be, so far
};

/// Energy between two marks, the meter's gain left out of account.
struct EnergySpan {
  Joules counted;    ///< what was counted; nothing stands in for a gap
  double loose = 0;  ///< joules by which `counted` may be wrong in the middle
  Joules gap_most;   ///< what gaps can hide at most
  Interval first,
      last;  ///< errors at the two edges: truth is counted - first + last + loose + gaps
  Seconds time;
  Seconds gap;  ///< not observed, at most `time`
  bool suspect = false;

  /// Truth lies within, for any curve of power.
  Interval bounds() const;
};

struct AccumulatorOptions {
  Seconds longest{30};  ///< between two samples of a power, or it is a gap; at least three steps
};

/// Adds up what one channel read. Pure: time comes with the readings, in their order.
///
/// A counter that fails to answer loses nothing as long as it cannot have wrapped twice: its next
/// good reading covers the time. It is a *gap* when the meter went away, when a decrease cannot be
/// a wrap, when more was counted than `most` allows (with a fifth to spare, and the energy of one
/// step), when it wrapped too often to tell, and when it stood still for ten steps, which no meter
/// of a running machine does. A power is integrated by trapezoids; their bounds hold where power
/// stays between two samples.
///
/// Source: the wrap rule is ours; see docs/energy-accounting.md.
class Accumulator {
 public:
  explicit Accumulator(const EnergyChannel& channel, AccumulatorOptions options = {});

  /// Requires: `reading.taken` is not before that of the call before.
  void add(const ChannelReading& reading);

  /// What was read before means nothing any more: the host slept.
  void lose();

  /// Requires: `now` is not before the last reading.
  EnergyMark mark(Seconds now) const;

  /// Requires: `from` was made before `to`, by this accumulator.
  EnergySpan between(const EnergyMark& from, const EnergyMark& to) const;

  /// What the channel cannot exceed: `channel.most`, or where that is unknown twice the highest
  /// power between two reads.
  Watts most() const;
  /// Whether most() is known.
  bool bounded() const { return channel_.most.value > 0; }

  const EnergyChannel& channel() const { return channel_; }

 private:
  void count(const ChannelReading& reading);
  void integrate(const ChannelReading& reading);
  void start(const ChannelReading& reading);
  /// What was used since the last update before a gap is lost with it.
  void lose_step();
  double joules(Counts counts) const;

  EnergyChannel channel_;
  AccumulatorOptions options_;
  bool dark_ = true;    // no reading to go on from
  Seconds dark_since_;  // when it became so; means nothing before the first read
  bool asked_ = false;
  ChannelReading last_;    // the last good one
  bool answered_ = false;  // the last read was good
  Seconds moving_;         // before this it moved for sure; it was seen to have moved
  Seconds moved_;          // at this moment
  bool frozen_ = false;    // it does not move; until then is in gap_
  Counts counts_ = 0;
  Seconds gap_;
  double loose_ = 0;
  double highest_ = 0;  // power between two reads
  std::uint64_t suspects_ = 0;
};

/// How often a channel must be read so that no two wraps hide between two reads: a quarter of the
/// time of one at full power, and 10 s at most.
Seconds guard_period(const EnergyChannel& channel);

}  // namespace evolt
