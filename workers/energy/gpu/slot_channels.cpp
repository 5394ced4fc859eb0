#include "workers/energy/gpu/slot_channels.hpp"

#include <algorithm>

namespace evolt {
namespace {

template <typename List, typename Claim>
auto* first_of(List&& list, Claim&& claim) {
  const auto found = std::find_if(list.begin(), list.end(), claim);
  return found == list.end() ? nullptr : &*found;
}

std::size_t users_of(std::span<const std::vector<std::string>> slots, const std::string& name) {
  return static_cast<std::size_t>(
      std::count_if(slots.begin(), slots.end(), [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), name) != names.end();
      }));
}

}  // namespace

std::vector<SlotEnergy> slot_channels(std::span<const std::vector<std::string>> slots,
                                      std::span<const VisibleGpu> gpus,
                                      std::span<const EnergyChannel> channels) {
  using How = SlotChannel::How;
  std::vector<SlotEnergy> result;
  for (const std::vector<std::string>& names : slots) {
    SlotEnergy& slot = result.emplace_back();
    for (const std::string& name : names) {
      const VisibleGpu* const gpu =
          first_of(gpus, [&](const VisibleGpu& one) { return one.name == name; });
      const EnergyChannel* const channel = gpu == nullptr || gpu->gpu.empty()
                                               ? nullptr
                                               : first_of(channels, [&](const EnergyChannel& one) {
                                                   return one.device == gpu->gpu;
                                                 });
      if (channel == nullptr) {
        slot.unknown.push_back(name);
        continue;
      }
      const std::size_t users = users_of(slots, name);
      const double share = gpu->share / static_cast<double>(users);
      if (SlotChannel* const known = first_of(slot.channels, [&](const SlotChannel& one) {
            return one.channel == channel->name;
          })) {
        known->share += share;  // several slices of one
        continue;
      }
      const How alone = users > 1 ? How::shared : How::exclusive;
      slot.channels.push_back({.channel = channel->name,
                               .gpu = gpu->gpu,
                               .how = gpu->name == gpu->gpu ? alone : How::slice,
                               .share = share});
    }
  }
  return result;
}

}  // namespace evolt
