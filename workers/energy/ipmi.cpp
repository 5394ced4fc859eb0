#include "workers/energy/ipmi.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/energy/polled_sensor.hpp"
#include "workers/energy/timed_read.hpp"
#include "workers/text.hpp"

#include <cassert>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr std::uint8_t kGroupExtension = 0x2C;
constexpr std::uint8_t kGetPowerReading = 0x02;
constexpr std::uint8_t kDcmi = 0xDC;
constexpr std::uint8_t kPowerStatistics = 0x01;
constexpr std::size_t kAnswer = 19;  // completion, group, 4 x 2 watts, 4 stamp, 4 period, 1 state
constexpr std::uint8_t kMeasures = 0x40;
constexpr std::uint16_t kMostWatts = 20'000;  // of one chassis; above it is a code for "none"

std::uint16_t two(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

std::uint32_t four(std::span<const std::uint8_t> bytes, std::size_t at) {
  return two(bytes, at) | static_cast<std::uint32_t>(two(bytes, at + 2)) << 16;
}

/// A completion code that is not 0, by the tables of IPMI 2.0, section 5.2.
ReadStatus status_of_completion(std::uint8_t code) {
  switch (code) {
    case 0xC0:  // busy
    case 0xC3:  // time-out
    case 0xD0:  // firmware update
    case 0xD2:
      return ReadStatus::stale;
    case 0xD4:  // not enough rights
      return ReadStatus::no_permission;
    case 0xC1:  // not a command
    case 0xC2:
    case 0xCC:  // not a field
    case 0xD5:  // not in this state
    case 0xD6:
      return ReadStatus::not_supported;
    default:
      return ReadStatus::suspect;
  }
}

class DcmiSensor final : public EnergySensor {
 public:
  DcmiSensor(std::unique_ptr<IpmiDevice> device, Seconds period, const Clock& clock)
      : device_(std::move(device)), clock_(clock) {
    channel_ = {.name = "ipmi:node",
                .part = EnergyPart::node,
                .kind = EnergyChannel::Kind::power,
                .unit = 1,
                .step = period,
                .gain = 0.05,
                .label = EnergyLabel::sampled};
  }

  std::string_view name() const override { return "ipmi"; }
  std::span<const EnergyChannel> channels() const override { return {&channel_, 1}; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == 1);
    read_timed(clock_, readings[0], [&](std::uint64_t& raw) { return ask(raw); });
  }

  ReadStatus ask(std::uint64_t& watts) {
    std::vector<std::uint8_t> answer;
    const ReadStatus status = device_->ask({.function = kGroupExtension,
                                            .command = kGetPowerReading,
                                            .data = {kDcmi, kPowerStatistics, 0, 0}},
                                           answer);
    DcmiPower power;
    const ReadStatus understood =
        status == ReadStatus::ok ? read_dcmi_power(answer, power) : status;
    watts = power.current;
    return understood;
  }

 private:
  EnergyChannel channel_;
  std::unique_ptr<IpmiDevice> device_;
  const Clock& clock_;
};

}  // namespace

ReadStatus read_dcmi_power(std::span<const std::uint8_t> answer, DcmiPower& power) {
  if (answer.empty()) {
    return ReadStatus::suspect;
  }
  if (answer[0] != 0) {
    return status_of_completion(answer[0]);
  }
  if (answer.size() < kAnswer || answer[1] != kDcmi) {
    return ReadStatus::suspect;
  }
  const DcmiPower read{.current = two(answer, 2),
                       .least = two(answer, 4),
                       .most = two(answer, 6),
                       .average = two(answer, 8),
                       .taken = four(answer, 10),
                       .period = four(answer, 14)};
  if ((answer[18] & kMeasures) == 0 || read.current == 0) {
    return ReadStatus::stale;  // a host that asks is not at 0 W
  }
  if (read.current > kMostWatts) {
    return ReadStatus::suspect;
  }
  power = read;
  return ReadStatus::ok;
}

FoundSensor find_ipmi(const HostRoots& roots, const Clock& clock, IpmiOpener* opener,
                      Seconds period) {
  FoundSensor found;
  SensorFinding finding{.name = "ipmi:node"};
  const std::string path = roots.dev + "/ipmi0";
  if (opener == nullptr) {
    finding.reason = "not tried: only files are looked at";
    found.findings.push_back(std::move(finding));
    return found;
  }
  ReadStatus status = ReadStatus::gone;
  std::unique_ptr<IpmiDevice> device = opener->open(path, status);
  if (!device) {
    finding.reason = concat(path, ": ", describe(status));
    if (status == ReadStatus::no_permission) {
      finding.fix =
          "let a group use it, which may then command the management controller: "
          "groupadd -f evolt && usermod -aG evolt $USER && "
          "echo 'KERNEL==\"ipmi*\", GROUP=\"evolt\", MODE=\"0660\"' "
          "> /etc/udev/rules.d/70-evolt-ipmi.rules && udevadm trigger --subsystem-match=ipmi";
    }
    found.findings.push_back(std::move(finding));
    return found;
  }
  auto sensor = std::make_unique<DcmiSensor>(std::move(device), period, clock);
  std::uint64_t watts = 0;
  status = sensor->ask(watts);
  finding.readable = finding.used = status == ReadStatus::ok;
  if (finding.readable) {
    found.sensor = poll_each(period, std::move(sensor), clock);
  } else {
    finding.reason = concat("DCMI Get Power Reading: ", describe(status));
  }
  found.findings.push_back(std::move(finding));
  return found;
}

}  // namespace evolt
