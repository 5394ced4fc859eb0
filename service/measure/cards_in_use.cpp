#include "service/measure/cards_in_use.hpp"

#include <algorithm>

namespace evolt {

std::vector<WindowShare::Device> cards_in_use(std::span<const std::string> devices,
                                              std::span<const VisibleGpu> visible) {
  std::vector<WindowShare::Device> used;
  const bool known = std::any_of(visible.begin(), visible.end(),
                                 [](const VisibleGpu& one) { return !one.gpu.empty(); });
  for (const std::string& device : devices) {
    if (!known || !device.starts_with("GPU-")) {
      used.push_back({.uuid = device});
      continue;
    }
    double share = 0;
    for (const VisibleGpu& one : visible) {
      share += one.gpu == device ? one.share : 0;
    }
    if (share > 0) {
      used.push_back({.uuid = device, .share = std::min(1.0, share)});
    }
  }
  return used;
}

}  // namespace evolt
