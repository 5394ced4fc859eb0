#include "workers/slot_share.hpp"

#include "workers/allotment.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace evolt {

std::vector<WindowShare> slot_shares(const TrialSpec& spec, std::size_t slots, bool gpus) {
  const double ranks = spec.place ? static_cast<double>(spec.place->own.size()) : 1;
  std::vector<WindowShare> shares(slots, WindowShare{.cores = spec.cores * ranks});
  if (!gpus || spec.gpus <= 0) {
    return shares;
  }
  const HostResources host = host_resources(process_environment(), gpu_sources(spec.gpus));
  const std::vector<SlotAllotment> dealt = allot(host, slots, spec.cores, spec.gpus, spec.place);
  std::map<std::string, double> users;
  for (const SlotAllotment& slot : dealt) {
    for (const std::string& name : slot.gpus) {
      ++users[name];
    }
  }
  for (std::size_t i = 0; i < slots; ++i) {
    for (const std::string& name : dealt[i].gpus) {
      const auto gpu = std::find_if(host.visible.begin(), host.visible.end(),
                                    [&](const VisibleGpu& one) { return one.name == name; });
      const bool known = gpu != host.visible.end() && !gpu->gpu.empty();
      shares[i].devices.push_back(
          {.uuid = known ? gpu->gpu : name, .share = (known ? gpu->share : 1) / users.at(name)});
    }
  }
  return shares;
}

}  // namespace evolt
