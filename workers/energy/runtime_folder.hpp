#pragma once

#include <absl/status/statusor.h>

#include <string>

namespace evolt {

/// A folder of this host for what must be found again until its next start: EVOLT_RUNTIME if set;
/// for root /run/evolt; else XDG_RUNTIME_DIR/evolt, or /tmp/evolt-UID. It is made where it is not
/// there, for this user alone; without `make`, the first that is there. Errors: the system's;
/// not_found where there is none and none is to be made; permission_denied where it belongs to
/// somebody else or is open to others.
absl::StatusOr<std::string> runtime_folder(bool make = true);

}  // namespace evolt
