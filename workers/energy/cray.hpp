#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_file.hpp"
#include "workers/energy/host_roots.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The blade controller's counters under /sys/cray/pm_counters: the node, and within it the
/// processors, the memory and the accelerators. A read is of one scan: where `freshness` changes
/// meanwhile it is done again, at most ten times. When the controller was restarted its counters
/// began again: the old ones are gone, and one read says so. When it stands still, reads are stale.
class CraySensor final : public EnergySensor {
 public:
  /// Requires: each channel's file holds a counter in joules. The clock must outlive it.
  CraySensor(const std::string& folder, std::vector<EnergyChannel> channels,
             const std::vector<std::string>& files, Seconds scan, const Clock& clock);

  std::string_view name() const override { return "cray"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }
  void read(std::span<ChannelReading> readings) override;

  /// How often a power cap was changed between reads.
  std::uint64_t cap_changes() const { return cap_changes_; }

 private:
  void read_counters(std::span<ChannelReading> readings);
  bool standing_still(std::uint64_t freshness);
  bool restarted();
  void note_generation();

  std::vector<EnergyChannel> channels_;
  std::vector<HostFile> files_;
  HostFile freshness_;
  HostFile generation_;
  HostFile startup_;
  Seconds scan_;
  const Clock& clock_;
  std::uint64_t last_freshness_ = 0;
  std::optional<Seconds> fresh_since_;
  std::optional<std::uint64_t> last_startup_;
  std::optional<std::uint64_t> last_generation_;
  std::uint64_t cap_changes_ = 0;
};

/// The channels of /sys/cray/pm_counters, or why there are none.
FoundSensor find_cray(const HostRoots& roots, const Clock& clock);

/// Calls `read` until it lay within one scan of the controller's, at most ten times: `freshness`
/// gave the same number before and after, which is left in `seen`. Errors: stale, where it never
/// did; what `freshness` says.
ReadStatus read_within_a_scan(const std::function<ReadStatus(std::uint64_t&)>& freshness,
                              const std::function<void()>& read, std::uint64_t& seen);

/// `1234 J 1700000000000000 us`: the value, and the device's stamp where there is one. nullopt: it
/// is not of that form, or not in that unit.
struct CrayValue {
  std::uint64_t value = 0;
  std::optional<Seconds> stamp;
};
std::optional<CrayValue> read_cray_value(std::string_view text, std::string_view unit);

}  // namespace evolt
