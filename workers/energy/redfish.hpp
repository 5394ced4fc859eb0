#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"
#include "workers/energy/energy_sensor.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace evolt {

/// A management controller that is asked over the network. Without a URL, which is the default,
/// nobody is.
struct RedfishOptions {
  std::string url;               ///< `https://bmc.example`
  std::string chassis;           ///< `/redfish/v1/Chassis/1`; empty: the first
  std::string credentials_file;  ///< `user:password`, readable by its owner only
  std::string ca_file;           ///< PEM; empty: the system's
  Seconds patience{5};
  Seconds period{5};   ///< between two questions
  Seconds fresh{600};  ///< a power that has not changed for so long is stale
};

/// The host's power by Redfish, as one coarse channel beside the others.
FoundSensor find_redfish(const RedfishOptions& options, const Clock& clock);

/// The watts in a Chassis' Power (`PowerControl[].PowerConsumedWatts`) or EnvironmentMetrics
/// (`PowerWatts`). Errors: stale: 0 or null, which controllers give before they know;
/// not_supported: it has none; suspect: it is no JSON, or no power that can be.
ReadStatus read_redfish_power(std::string_view body, double& watts);

struct Credentials {
  std::string user;
  std::string password;
};
/// Errors: not_found; permission_denied: others may read the file; invalid_argument: it holds
/// something else.
absl::StatusOr<Credentials> read_credentials(const std::string& path);

}  // namespace evolt
