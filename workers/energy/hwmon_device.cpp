#include "workers/energy/hwmon_device.hpp"

#include "workers/energy/host_tree.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace evolt {

std::vector<HwmonDevice> hwmon_devices(const HostRoots& roots, std::string_view driver) {
  const std::string parent = roots.sys + "/class/hwmon";
  std::vector<HwmonDevice> devices;
  for (const std::string& name : names_in(parent)) {
    const std::string folder = concat(parent, "/", name);
    if (text_in(folder + "/name") != driver) {
      continue;
    }
    std::error_code error;
    const std::filesystem::path link = std::filesystem::canonical(folder + "/device", error);
    devices.push_back({folder, std::string(driver), error ? "" : link.filename().string()});
  }
  std::sort(devices.begin(), devices.end(), [](const HwmonDevice& a, const HwmonDevice& b) {
    return natural_less(a.device, b.device);
  });
  return devices;
}

}  // namespace evolt
