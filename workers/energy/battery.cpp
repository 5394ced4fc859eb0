#include "workers/energy/battery.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/energy/timed_read.hpp"
#include "workers/text.hpp"

#include <cassert>
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
  BatterySensor(std::vector<Battery> batteries, const Clock& clock)
      : batteries_(std::move(batteries)), clock_(clock) {
    channel_ = {.name = "battery",
                .part = EnergyPart::node,
                .kind = EnergyChannel::Kind::power,
                .unit = 1e-6,
                .step = Seconds{30},  // the slowest; many are new each second
                .gain = 0.05,
                .label = EnergyLabel::sampled};
  }

  std::string_view name() const override { return "battery"; }
  std::span<const EnergyChannel> channels() const override { return {&channel_, 1}; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == 1);
    read_timed(clock_, readings[0], [&](std::uint64_t& raw) { return sum(raw); });
  }

  /// Of those that discharge; of two, often only one does.
  ReadStatus sum(std::uint64_t& raw) {
    ReadStatus worst = ReadStatus::ok;
    bool any = false;
    for (Battery& battery : batteries_) {
      std::uint64_t one = 0;
      const ReadStatus status = battery.read(one);
      if (status == ReadStatus::ok) {
        raw += one;
        any = true;
      } else if (status != ReadStatus::stale) {
        worst = status;
      }
    }
    return worst != ReadStatus::ok ? worst : any ? ReadStatus::ok : ReadStatus::stale;
  }

 private:
  EnergyChannel channel_;
  std::vector<Battery> batteries_;
  const Clock& clock_;
};

}  // namespace

FoundSensor find_battery(const HostRoots& roots, const Clock& clock) {
  const std::string parent = roots.sys + "/class/power_supply";
  std::vector<Battery> batteries;
  for (const std::string& name : names_in(parent)) {
    const std::string folder = concat(parent, "/", name);
    if (text_in(folder + "/type") == "Battery" && text_in(folder + "/scope") != "Device") {
      batteries.emplace_back(folder);  // else mains, or the battery of a mouse
    }
  }
  FoundSensor found;
  SensorFinding finding{.name = "battery"};
  if (batteries.empty()) {
    finding.reason = parent + " has no battery";
    found.findings.push_back(std::move(finding));
    return found;
  }
  auto sensor = std::make_unique<BatterySensor>(std::move(batteries), clock);
  std::uint64_t raw = 0;
  const ReadStatus status = sensor->sum(raw);
  if (status == ReadStatus::ok) {
    finding.readable = finding.used = true;
    found.sensor = std::move(sensor);
  } else if (status == ReadStatus::stale) {
    finding.reason = "it tells the host's power only while it is discharging";
    finding.fix = "unplug the mains, where that is an option";
  } else {
    finding.reason = concat(parent, ": ", describe(status));
  }
  found.findings.push_back(std::move(finding));
  return found;
}

}  // namespace evolt
