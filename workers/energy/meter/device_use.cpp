#include "workers/energy/meter/device_use.hpp"

#include <algorithm>
#include <numeric>

namespace evolt {
namespace {

/// A driver tells of a use up to a second later: its sample periods are 1/6 to 1 s long (NVML API
/// reference, nvmlUtilization_t).
constexpr Seconds kLate{5};

double above_idle(double joules, Seconds time, const std::optional<IdlePower>& idle) {
  const double bottom = idle ? (idle->likely * time).value : 0;
  return std::max(0.0, joules - bottom);
}

}  // namespace

void DeviceUse::add(double joules, Seconds time, const std::optional<IdlePower>& idle,
                    const DeviceUsers& users) {
  double all = users.others;
  for (const auto& [id, share] : users.windows) {
    all += share;
  }
  if (!(all > 0) && time - time_ < kLate) {
    return;
  }
  const double fresh = above_idle(joules - joules_, time - time_, idle);
  joules_ = joules;
  time_ = time;
  if (!(all > 0)) {
    untold_ += fresh;
    return;
  }
  told_ = true;
  divided_ += fresh;
  for (const auto& [id, share] : users.windows) {
    used_[id] += fresh * share / all;
  }
}

std::vector<DeviceLoad> DeviceUse::loads(double joules, Seconds time,
                                         const std::optional<IdlePower>& idle,
                                         std::span<const WindowId> holders,
                                         std::span<const double> given) const {
  const double untold = untold_ + above_idle(joules - joules_, time - time_, idle);
  const double all = divided_ + untold;
  const double whole = std::max(1.0, std::accumulate(given.begin(), given.end(), 0.0));
  std::vector<DeviceLoad> loads;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    const auto found = used_.find(holders[i]);
    const double used = found != used_.end() ? found->second : 0;
    const double part = given[i] / whole;
    loads.push_back({.given = given[i], .used = all > 0 ? (used + untold * part) / all : part});
  }
  return loads;
}

}  // namespace evolt
