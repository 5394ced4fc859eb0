#include "workers/energy/file_sensor.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/energy/hwmon.hpp"
#include "workers/energy/hwmon_device.hpp"
#include "workers/text.hpp"

#include <absl/strings/numbers.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// What a meter of Grace calls itself, outermost level first.
struct Level {
  std::string_view title;
  EnergyPart part;
  std::string_view name;
};

constexpr Level kLevels[] = {{"Module Power Socket ", EnergyPart::module, "module"},
                             {"Grace Power Socket ", EnergyPart::package, "grace"},
                             {"CPU Power Socket ", EnergyPart::package, "cpu"},
                             {"SysIO Power Socket ", EnergyPart::package, "sysio"}};
constexpr int kSysIo = 3;  // beside the processor, and never the whole of anything

struct Meter {
  HwmonDevice device;
  std::string title;
  int level = -1;  ///< in kLevels; -1: of the whole host
  int socket = 0;
};

Meter read_meter(const HwmonDevice& device) {
  Meter meter{.device = device};
  meter.title = text_in(device.folder + "/power1_oem_info").value_or("");
  if (meter.title.empty()) {
    meter.title = text_in(device.folder + "/power1_label").value_or("");
  }
  for (int level = 0; level < static_cast<int>(std::size(kLevels)); ++level) {
    const std::string_view title = kLevels[level].title;
    const auto socket = meter.title.starts_with(title)
                            ? read_whole<int>(std::string_view(meter.title).substr(title.size()))
                            : std::nullopt;
    if (socket) {
      meter.level = level;
      meter.socket = *socket;
    }
  }
  return meter;
}

/// `98.5%` or `98.500000%`: how near the truth it is.
double gain_of(const HwmonDevice& device) {
  std::string text = text_in(device.folder + "/power1_accuracy").value_or("");
  if (!text.empty() && text.back() == '%') {
    text.pop_back();
  }
  double percent = 0;
  const bool told = absl::SimpleAtod(text, &percent) && percent >= 50 && percent < 100;
  return told ? 1 - percent / 100 : 0.05;  // of a BMC: 2 to 5 %
}

std::string name_of(const Meter& meter, std::size_t number) {
  if (meter.level >= 0) {
    return concat("acpi:", kLevels[meter.level].name, "-", meter.socket);
  }
  return "acpi:" + (meter.device.device.empty() ? concat("meter-", number) : meter.device.device);
}

EnergyChannel channel_of(const Meter& meter, std::string name) {
  const auto milliseconds = number_in(meter.device.folder + "/power1_average_interval");
  EnergyChannel channel{.name = std::move(name)};
  channel.part = meter.level < 0 ? EnergyPart::node : kLevels[meter.level].part;
  if (meter.level > 0) {
    channel.package = meter.socket;
  }
  channel.kind = EnergyChannel::Kind::power;
  channel.unit = 1e-6;
  // Some meters do not tell; 1 s is what ACPI's own examples and most boards use.
  channel.step =
      Seconds{milliseconds && *milliseconds > 0 ? 1e-3 * static_cast<double>(*milliseconds) : 1.0};
  channel.gain = gain_of(meter.device);
  channel.label = EnergyLabel::sampled;
  return channel;
}

}  // namespace

FoundSensor find_acpi_power(const HostRoots& roots, const Clock& clock) {
  FoundSensor found;
  std::vector<Meter> meters;
  int outermost = static_cast<int>(std::size(kLevels));
  for (const HwmonDevice& device : hwmon_devices(roots, "power_meter")) {
    meters.push_back(read_meter(device));
    const bool readable = number_in(device.folder + "/power1_average").has_value();
    if (readable && meters.back().level >= 0) {
      outermost = std::min(outermost, meters.back().level);
    }
  }
  std::stable_sort(meters.begin(), meters.end(), [](const Meter& a, const Meter& b) {
    return std::pair(a.level, a.socket) < std::pair(b.level, b.socket);
  });
  std::vector<FileChannel> files;
  bool has_node = false;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const Meter& meter = meters[i];
    SensorFinding finding{.name = name_of(meter, i)};
    HostFile file(meter.device.folder + "/power1_average");
    std::uint64_t raw = 0;
    finding.readable = file.read(raw) == ReadStatus::ok;
    if (!finding.readable) {
      finding.reason = concat(file.path(), ": ", describe(file.status()));
      if (file.status() == ReadStatus::no_permission) {
        finding.fix = "setcap cap_dac_read_search+ep $(command -v evolt)";
      }
    } else if (meter.level < 0 && has_node) {
      finding.reason = "a further meter, and nobody tells of what";
    } else if (meter.level == kSysIo) {
      finding.reason = "input and output beside the processor";
    } else if (meter.level > outermost) {
      finding.reason = concat("within acpi:", kLevels[outermost].name, "-", meter.socket);
    } else {
      finding.used = true;
      has_node = has_node || meter.level < 0;
      files.push_back({channel_of(meter, finding.name), std::move(file)});
    }
    found.findings.push_back(std::move(finding));
  }
  if (!files.empty()) {
    found.sensor = std::make_unique<FileSensor>("acpi", std::move(files), clock);
  }
  if (found.findings.empty()) {
    found.findings.push_back({.name = "acpi", .reason = "no ACPI power meter under hwmon"});
  }
  return found;
}

}  // namespace evolt
