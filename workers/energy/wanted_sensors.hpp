#pragma once

#include "core/clock.hpp"
#include "core/energy_reading.hpp"
#include "workers/energy/discovery.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/model.hpp"
#include "workers/energy/redfish.hpp"
#include "workers/energy/sensor_place.hpp"

#include <absl/status/status.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Which of a host's meters somebody wants to be measured by, and of which parts of it.
struct WantedSensors {
  std::vector<std::string> kinds;  ///< of sensor_kinds(); empty: all
  /// Of scope_parts(); empty: what is added up. `node` adds to that what the host's own meter shows
  /// beyond it.
  std::vector<std::string> scope;
  bool estimated = false;  ///< the model may stand in where no processor is measured
  ModelOptions model;
  RedfishOptions redfish;
};

/// The parts of a host that a scope may name: `package`, `dram`, `gpu`, `module`, `node`.
std::span<const std::string> scope_parts();

/// The word of a part; for core, uncore and platform, which no scope has, too.
std::string_view word(EnergyPart part);

/// Errors: invalid_argument for an unknown kind or part, with what is known, and for a model that
/// is wanted where estimates are not.
absl::Status check(const WantedSensors& wanted);

/// What there is of that on a host: a channel is `summed` where it counts, and findings say which
/// are not in the scope. Requires: check() is ok. Takes as long as find_sensors() and
/// find_gpu_sensors(). The clock must outlive the sensors. Thread: any.
HostSensors find_wanted(const SensorPlace& place, const WantedSensors& wanted, const Clock& clock);

/// The longest times between two values of what counts; 0: nothing does.
struct SlowestSteps {
  Seconds host;     ///< of processors, memory, a module
  Seconds devices;  ///< of the cards
  Seconds node;     ///< of a whole node's meter

  friend bool operator==(const SlowestSteps&, const SlowestSteps&) = default;
};

/// By what a trial on a host would be measured.
struct MeasuredBy {
  EnergyLabel label = EnergyLabel::none;  ///< of a trial that has the host to itself
  std::vector<std::string> sensors;       ///< names of the channels that count
  std::vector<std::string> parts;         ///< of the host that are in the figure
  std::vector<std::string> lacking;       ///< parts that the scope names and nothing measures
  std::vector<std::string> devices;       ///< UUIDs of the cards that count
  SlowestSteps steps;
  bool partial = false;                 ///< a socket is not measured, though others are
  std::vector<SensorFinding> findings;  ///< of everything that was tried

  friend bool operator==(const MeasuredBy&, const MeasuredBy&) = default;
};

MeasuredBy measured_by(const HostSensors& host, const WantedSensors& wanted);

/// Why nothing is measured and what an administrator does about it, in one line or two: the finding
/// that is nearest to being a meter. Empty where something is measured.
std::string why_unmeasured(const MeasuredBy& by);

}  // namespace evolt
