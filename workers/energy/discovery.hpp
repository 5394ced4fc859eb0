#pragma once

#include "core/clock.hpp"
#include "core/energy_reading.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/energy/ipmi_device.hpp"
#include "workers/energy/mirrored_counters.hpp"
#include "workers/energy/model.hpp"
#include "workers/energy/perf_counter.hpp"
#include "workers/energy/redfish.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// The kinds of meters that are known, as findings and channels begin: `perf`, `powercap`, ...
std::span<const std::string> sensor_kinds();

struct DiscoveryOptions {
  std::vector<std::string> kinds;  ///< to look for, but for `others`; empty: all
  RedfishOptions redfish;          ///< by default nobody is asked over the network
  bool model = false;              ///< use the model where no processor is measured
  ModelOptions model_options;
  PerfOpener* perf = nullptr;  ///< nullptr: only files are looked at
  IpmiOpener* ipmi = nullptr;  ///< likewise
  Pause pause = pause_really;
  std::vector<FoundSensor> others;  ///< found elsewhere: find_gpu_sensors()
};

/// Whether a channel is added up.
enum class ChannelUse {
  summed,
  beside,  ///< recorded, never added: it holds what is summed, or part of it
};

struct ChosenSensor {
  std::unique_ptr<EnergySensor> sensor;
  std::vector<ChannelUse> uses;  ///< one for each channel
};

/// What a host can measure, chosen so that no joule is in the sum twice.
struct HostSensors {
  std::vector<ChosenSensor> sensors;
  std::vector<SensorFinding> findings;  ///< of everything that was tried
  /// Of a trial that has this host to itself: the weakest of what is summed; none: nothing is.
  EnergyLabel label = EnergyLabel::none;
  bool partial = false;  ///< a socket is not in the sum, though others are
};

/// Looks for every kind of meter once and chooses among what it finds:
/// - For each part of a host (packages, dram, cards) the first kind that has it gives all of it:
/// perf
///   before powercap, before the board's own meters.
/// - Parts other than packages that perf and powercap do not both know are left out.
/// - A superchip's module holds its processor, GPU and memory: those are beside.
/// - psys is beside, and so is a meter of the whole node; where nothing else is summed, that is.
/// - hwmon's figures of AMD's cards are taken only where no sensor of its own claims such cards.
/// Takes a few tens of milliseconds; with Redfish, or a slow controller, seconds. The clock must
/// outlive the sensors. Thread: any.
HostSensors find_sensors(const HostRoots& roots, const Clock& clock, DiscoveryOptions options = {});

}  // namespace evolt
