#pragma once

#include "core/clock.hpp"
#include "core/energy_reading.hpp"
#include "core/units.hpp"
#include "workers/energy/meter/rest_memory.hpp"
#include "workers/energy/meter/shared_meter.hpp"
#include "workers/energy/wanted_sensors.hpp"

#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace evolt {

/// How the trials of a host are measured.
struct MeterOptions {
  WantedSensors wanted;
  IdlePolicy idle = IdlePolicy::reserved;
  double cpu_ratio = 2;              ///< as in AccountOptions
  double dram_ratio = 3;             ///< likewise
  std::optional<double> steadiness;  ///< likewise
  std::string host_class;            ///< empty: the processors' name, and how many
  std::string runtime;               ///< directory where readers meet; empty: runtime_folder()
};

/// Hears by what this host is measured. Called on the meter's thread, and only in the process that
/// came to be the reader.
using SensorsHeard = std::function<void(const MeasuredBy&)>;

/// The meter of this host, shared with every process of this user that asks for the same options:
/// others have a reader of their own. Meters are looked for on its thread, by the process that
/// becomes the reader: it may take seconds until the first reading, which so_far() tells. Where
/// EVOLT_HOST_ROOT names a tree of files, meters are looked for there; processes, and the time that
/// they use, are always this host's. The clock must outlive the meter. Errors: invalid_argument as
/// check(), and for a ratio below 1; not_found for EVOLT_HOST_ROOT; otherwise as runtime_folder().
absl::StatusOr<std::unique_ptr<SharedMeter>> open_meter(MeterOptions options, const Clock& clock,
                                                        SensorsHeard heard = {});

/// By what a trial here would be measured, without reading anything for longer than it takes to
/// find it: tens of milliseconds, a second where there are graphics cards. Errors: as open_meter(),
/// but for the directory.
absl::StatusOr<MeasuredBy> look_at_host(const MeterOptions& options, const Clock& clock);

/// Watches this host until it was at rest for half a minute, and remembers what it drew, for all
/// readers until the host starts again: without that, bounds of shared figures allow any power at
/// rest. Blocks up to `patience`. Errors: as open_meter(); not_found where nothing measures;
/// unavailable where the host did not rest, or what was learnt cannot be written.
absl::StatusOr<std::vector<RestRecord>> learn_rest(const MeterOptions& options, const Clock& clock,
                                                   Seconds patience,
                                                   const Pause& pause = pause_really);

/// What is remembered. Errors: as open_meter().
absl::StatusOr<std::vector<RestRecord>> known_rest(const MeterOptions& options);

}  // namespace evolt
