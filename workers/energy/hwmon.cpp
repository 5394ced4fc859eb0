#include "workers/energy/hwmon.hpp"

#include "workers/energy/file_sensor.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/energy/hwmon_device.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr int kMostInputs = 512;  // amd_energy has one a core, and the sockets behind them

/// Adds a channel when its file can be read, and says what came of it.
void add(EnergyChannel channel, const std::string& path, std::vector<FileChannel>& files,
         FoundSensor& found) {
  HostFile file(path);
  std::uint64_t raw = 0;
  const ReadStatus status = file.read(raw);
  SensorFinding finding{.name = channel.name};
  if (status == ReadStatus::ok) {
    finding.readable = finding.used = true;
    files.push_back({std::move(channel), std::move(file)});
  } else {
    finding.reason = concat(path, ": ", describe(status));
    if (status == ReadStatus::no_permission) {
      finding.fix = "setcap cap_dac_read_search+ep $(command -v evolt)";
    }
  }
  found.findings.push_back(std::move(finding));
}

/// The kernel names the voltage of the northbridge for processors with graphics only.
bool within_a_processor(const HwmonDevice& device) {
  return text_in(device.folder + "/in1_label") == "vddnb";
}

void add_cards(const HostRoots& roots, std::vector<FileChannel>& files, FoundSensor& found) {
  int number = 0;
  for (const HwmonDevice& device : hwmon_devices(roots, "amdgpu")) {
    const std::string id = device.device.empty() ? concat("card-", number) : device.device;
    ++number;
    const std::string name = "hwmon:amdgpu-" + id;
    if (within_a_processor(device)) {
      found.findings.push_back({.name = name,
                                .readable = true,
                                .reason = "graphics of a processor: within its package"});
      continue;
    }
    // One or the other, by the kernel (6.6 renamed it) and the card.
    const std::string average = device.folder + "/power1_average";
    const std::string path = text_in(average) ? average : device.folder + "/power1_input";
    const double cap =
        1e-6 * static_cast<double>(number_in(device.folder + "/power1_cap_max").value_or(0));
    add({.name = name,
         .part = EnergyPart::gpu,
         .device = id,
         .kind = EnergyChannel::Kind::power,
         .unit = 1e-6,
         .most = Watts{cap},
         .step = Seconds{0.1},
         .gain = 0.05,
         .label = EnergyLabel::sampled},
        path, files, found);
  }
}

void add_sockets(const HostRoots& roots, std::vector<FileChannel>& files, FoundSensor& found) {
  constexpr std::string_view kSocket = "Esocket";
  for (const HwmonDevice& device : hwmon_devices(roots, "amd_energy")) {
    for (int i = 1; i <= kMostInputs; ++i) {
      const auto label = text_in(concat(device.folder, "/energy", i, "_label"));
      if (!label) {
        break;
      }
      const auto socket = label->starts_with(kSocket)
                              ? read_whole<int>(std::string_view(*label).substr(kSocket.size()))
                              : std::nullopt;
      if (socket) {  // else a core
        add({.name = concat("hwmon:package-", *socket),
             .part = EnergyPart::package,
             .package = *socket,
             .unit = 1e-6,
             .step = Seconds{0.1},
             .gain = 0.10,
             .label = EnergyLabel::counter_exclusive},
            concat(device.folder, "/energy", i, "_input"), files, found);
      }
    }
  }
}

}  // namespace

FoundSensor find_hwmon(const HostRoots& roots, const Clock& clock) {
  FoundSensor found;
  std::vector<FileChannel> files;
  add_cards(roots, files, found);
  add_sockets(roots, files, found);
  if (!files.empty()) {
    found.sensor = std::make_unique<FileSensor>("hwmon", std::move(files), clock);
  }
  if (found.findings.empty()) {
    found.findings.push_back(
        {.name = "hwmon", .reason = roots.sys + "/class/hwmon has neither amdgpu nor amd_energy"});
  }
  return found;
}

}  // namespace evolt
