#pragma once

#include "workers/energy/host_roots.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// One folder of /sys/class/hwmon.
struct HwmonDevice {
  std::string folder;
  std::string driver;  ///< what `name` holds
  std::string device;  ///< the device that it hangs on, `0000:c1:00.0`; empty: not told
};

/// The devices of one driver, by the name of their device.
std::vector<HwmonDevice> hwmon_devices(const HostRoots& roots, std::string_view driver);

}  // namespace evolt
