#pragma once

#include "workers/energy/meter/attribution.hpp"

#include <absl/status/status.h>

#include <string>
#include <vector>

namespace evolt {

/// What a part of the host draws at rest, as its meters showed it.
struct RestRecord {
  std::string meters;  ///< names of their channels, in order, divided by blanks
  IdlePower power;

  friend bool operator==(const RestRecord&, const RestRecord&) = default;
};

/// What readers of this host learnt since it started. A file that is not there, or is none of ours,
/// holds nothing.
std::vector<RestRecord> recall_rest(const std::string& path);

/// Replaces the records of the same meters, and keeps the others. Atomic. Errors: the system's.
absl::Status remember_rest(const std::string& path, const std::vector<RestRecord>& learnt);

}  // namespace evolt
