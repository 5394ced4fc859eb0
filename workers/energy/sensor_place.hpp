#pragma once

#include "workers/energy/gpu/gpu_libraries.hpp"
#include "workers/energy/host_roots.hpp"

#include <absl/status/statusor.h>

#include <string>

namespace evolt {

/// Where a host's meters are looked for.
struct SensorPlace {
  HostRoots roots;
  bool machine = true;  ///< perf_event and the management controller's device, too
  GpuLibraries libraries;
  std::string tree;  ///< the directory of a tree of files; empty: this host

  /// A tree of files: DIR/sys, DIR/proc, DIR/dev. Nothing of the machine itself is looked at, and
  /// graphics cards only through libraries that the environment names. Errors: not_found.
  static absl::StatusOr<SensorPlace> files(const std::string& directory);

  /// This host, or the tree that EVOLT_HOST_ROOT names. Errors: as files().
  static absl::StatusOr<SensorPlace> here();
};

}  // namespace evolt
