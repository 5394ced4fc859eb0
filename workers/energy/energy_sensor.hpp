#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What became of a read. A read that failed is one of these, never a reading of 0.
enum class ReadStatus : std::uint8_t {
  ok,
  no_permission,
  not_supported,
  gone,     ///< it was there before: unplugged, driver unloaded
  stale,    ///< it answers, but with an old value, or with none yet
  suspect,  ///< it answers something that cannot be
};

/// What part of a host a channel measures.
enum class EnergyPart : std::uint8_t {
  package,   ///< of a processor, with its cores and uncore, without dram
  core,      ///< within a package
  uncore,    ///< within a package
  dram,      ///< of the memory behind one package
  platform,  ///< psys: what the vendor wired to it, packages included
  gpu,       ///< one card
  module,    ///< a superchip: processor, GPU and their memory together
  node,      ///< the whole host, at its power supply or its battery
};

/// One quantity that a sensor reads: a counter of energy, or a power.
struct EnergyChannel {
  enum class Kind : std::uint8_t { energy, power };

  std::string name;  ///< unique on the host and the same after a reboot: `powercap:package-0`
  EnergyPart part = EnergyPart::package;
  std::optional<int> package;  ///< physical package id, of package, core, uncore, dram
  std::string device;          ///< of a GPU: its UUID
  Kind kind = Kind::energy;
  double unit = 0;  ///< joules, or watts, of one count
  /// A counter begins again at 0 after so many counts, its highest value plus one; nullopt: unknown
  /// or never, so that a decrease is a reset.
  std::optional<std::uint64_t> modulus;
  Watts most;                             ///< power that it cannot exceed; 0: unknown
  Seconds step;                           ///< between two updates of its value
  double gain = 0;                        ///< systematic error, relative
  EnergyLabel label = EnergyLabel::none;  ///< of an interval that nobody shared
};

/// One read of one channel.
struct ChannelReading {
  ReadStatus status = ReadStatus::gone;
  std::uint64_t raw = 0;                ///< counts; means nothing unless ok
  Seconds taken;                        ///< Clock::now() in the middle of the read
  Seconds half_width;                   ///< half of the time that the read took
  std::optional<Seconds> device_taken;  ///< the device's own time stamp, on its own clock
};

/// Reads the channels of one kind of meter. Holds its files or its library open. Thread: the
/// reader's; `channels` never change.
class EnergySensor {
 public:
  virtual ~EnergySensor() = default;

  /// `powercap`, `perf`, `nvml`, ...
  virtual std::string_view name() const = 0;

  virtual std::span<const EnergyChannel> channels() const = 0;

  /// Reads every channel. Shape: one for each of channels(), in their order. May take as long as
  /// the device takes.
  virtual void read(std::span<ChannelReading> readings) = 0;
};

/// What came of looking for one meter, for `evolt doctor` and for the record of a study.
struct SensorFinding {
  std::string name;       ///< of the channel, or of the sensor where it has none
  bool readable = false;  ///< it was read, and answered something that can be
  bool used = false;      ///< it is in the sum
  std::string reason;     ///< why not readable, or why readable and not used; else empty
  std::string fix;        ///< what an administrator does about it; empty: nothing helps

  friend bool operator==(const SensorFinding&, const SensorFinding&) = default;
};

/// What looking for one kind of meter found on this host.
struct FoundSensor {
  std::unique_ptr<EnergySensor> sensor;  ///< nullptr: nothing to read
  std::vector<SensorFinding> findings;   ///< also for what is not in `sensor`
};

}  // namespace evolt
