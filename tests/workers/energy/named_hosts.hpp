#pragma once

#include "tests/workers/energy/fixture_host.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace evolt {

/// One of the machines that the sensors are tried on.
struct NamedHost {
  std::string_view name;
  std::function<void(FixtureHost&)> build;
  /// What happens between discovery and the end of the ten seconds, for example an unplugging.
  std::function<void(FixtureHost&)> meanwhile;
  std::function<void(FakePerf&)> perf;  ///< empty: perf_event_open is refused
  bool unprivileged = false;
  bool model = false;  ///< estimates are allowed
};

/// Every one of them.
const std::vector<NamedHost>& named_hosts();

}  // namespace evolt
