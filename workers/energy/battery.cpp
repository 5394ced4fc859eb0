#include "workers/energy/battery.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/energy/timed_read.hpp"
#include "workers/text.hpp"

#include <cassert>
#include <optional>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// The files of one battery: power, or else current and voltage.
class Battery {
 public:
  explicit Battery(const std::string& folder)
      : status_(folder + "/status"),
        power_(folder + "/power_now"),
        current_(folder + "/current_now"),
        voltage_(folder + "/voltage_now") {}

  /// Microwatts.
  ReadStatus read(std::uint64_t& raw) {
    std::string_view state;
    if (const ReadStatus status = status_.read(state); status != ReadStatus::ok) {
      return status;
    }
    if (state != "Discharging") {
      return ReadStatus::stale;
    }
    if (power_.status() == ReadStatus::ok) {
      const ReadStatus status = power_.read(raw);
      return positive(status, raw);
    }
    std::uint64_t microamperes = 0;
    std::uint64_t microvolts = 0;
    if (const ReadStatus status = current_.read(microamperes); status != ReadStatus::ok) {
      return status;
    }
    const ReadStatus status = voltage_.read(microvolts);
    raw = static_cast<std::uint64_t>(1e-6 * static_cast<double>(microamperes) *
                                     static_cast<double>(microvolts));
    return positive(status, raw);
  }

 private:
  /// A computer that runs takes some; drivers say 0 before they know.
  static ReadStatus positive(ReadStatus status, std::uint64_t raw) {
    return status == ReadStatus::ok && raw == 0 ? ReadStatus::stale : status;
  }

  HostFile status_;
  HostFile power_;
  HostFile current_;
  HostFile voltage_;
};

class BatterySensor final : public EnergySensor {
 public:
  BatterySensor(std::vector<EnergyChannel> channels, std::vector<Battery> batteries,
                const Clock& clock)
      : channels_(std::move(channels)), batteries_(std::move(batteries)), clock_(clock) {}

  std::string_view name() const override { return "battery"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == batteries_.size());
    for (std::size_t i = 0; i < batteries_.size(); ++i) {
      read_timed(clock_, readings[i], [&](std::uint64_t& raw) { return batteries_[i].read(raw); });
    }
  }

 private:
  std::vector<EnergyChannel> channels_;
  std::vector<Battery> batteries_;
  const Clock& clock_;
};

}  // namespace

FoundSensor find_battery(const HostRoots& roots, const Clock& clock) {
  FoundSensor found;
  std::vector<EnergyChannel> channels;
  std::vector<Battery> batteries;
  const std::string parent = roots.sys + "/class/power_supply";
  for (const std::string& name : names_in(parent)) {
    const std::string folder = concat(parent, "/", name);
    if (text_in(folder + "/type") != "Battery" || text_in(folder + "/scope") == "Device") {
      continue;  // mains, or the battery of a mouse
    }
    Battery battery(folder);
    std::uint64_t raw = 0;
    const ReadStatus status = battery.read(raw);
    SensorFinding finding{.name = "battery:" + name};
    if (status == ReadStatus::ok) {
      finding.readable = finding.used = true;
      channels.push_back({.name = finding.name,
                          .part = EnergyPart::node,
                          .kind = EnergyChannel::Kind::power,
                          .unit = 1e-6,
                          .step = Seconds{30},  // the slowest; many are new each second
                          .gain = 0.05,
                          .label = EnergyLabel::sampled});
      batteries.push_back(std::move(battery));
    } else if (status == ReadStatus::stale) {
      finding.reason = "it tells the host's power only while it is discharging";
      finding.fix = "unplug the mains, where that is an option";
    } else {
      finding.reason = concat(folder, ": ", describe(status));
    }
    found.findings.push_back(std::move(finding));
  }
  if (!channels.empty()) {
    found.sensor =
        std::make_unique<BatterySensor>(std::move(channels), std::move(batteries), clock);
  }
  if (found.findings.empty()) {
    found.findings.push_back({.name = "battery", .reason = parent + " has no battery"});
  }
  return found;
}

}  // namespace evolt
