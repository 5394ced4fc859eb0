#include "workers/energy/discovery.hpp"

#include "workers/energy/battery.hpp"
#include "workers/energy/channel_choice.hpp"
#include "workers/energy/cpu_facts.hpp"
#include "workers/energy/cray.hpp"
#include "workers/energy/hwmon.hpp"
#include "workers/energy/ipmi.hpp"
#include "workers/energy/perf.hpp"
#include "workers/energy/powercap.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace evolt {
namespace {

/// How many sockets a sensor measures.
std::size_t sockets(const FoundSensor& found) {
  std::set<int> seen;
  if (found.sensor) {
    for (const EnergyChannel& channel : found.sensor->channels()) {
      if (channel.part == EnergyPart::package && channel.package) {
        seen.insert(*channel.package);
      }
    }
  }
  return seen.size();
}

bool measures_processors(const std::vector<FoundSensor>& found) {
  return std::any_of(found.begin(), found.end(), [](const FoundSensor& each) {
    if (!each.sensor) {
      return false;
    }
    const auto channels = each.sensor->channels();
    return std::any_of(channels.begin(), channels.end(), [](const EnergyChannel& channel) {
      return channel.part == EnergyPart::package || channel.part == EnergyPart::module ||
             channel.part == EnergyPart::node;
    });
  });
}

/// Whether packages are summed, but not those of every socket.
bool lacks_a_socket(const CpuFacts& cpu, const HostSensors& chosen) {
  std::set<int> lacking;
  for (const CpuPlace& place : cpu.places) {
    lacking.insert(place.package);
  }
  bool any = false;
  for (const ChosenSensor& each : chosen.sensors) {
    for (std::size_t i = 0; i < each.uses.size(); ++i) {
      const EnergyChannel& channel = each.sensor->channels()[i];
      if (channel.part == EnergyPart::package && each.uses[i] == ChannelUse::summed) {
        if (!channel.package) {
          return false;  // of all sockets together
        }
        any = true;
        lacking.erase(*channel.package);
      }
    }
  }
  return any && !lacking.empty();
}

/// The model is only ever named where it is not wanted or not needed.
FoundSensor found_model(const HostRoots& roots, const CpuFacts& cpu, const Clock& clock,
                        const DiscoveryOptions& options, bool measured) {
  FoundSensor model = find_model(roots, cpu, clock, options.model_options);
  if (model.sensor && (measured || !options.model)) {
    model.sensor.reset();
    for (SensorFinding& finding : model.findings) {
      finding.used = false;
      finding.reason =
          measured ? "the host is measured" : "an estimate: used only where estimates are allowed";
    }
  }
  return model;
}

}  // namespace

std::span<const std::string> sensor_kinds() {
  static const std::vector<std::string> kinds = {"perf",    "powercap", "nvml", "amd_gpu",
                                                 "cray",    "hwmon",    "acpi", "ipmi",
                                                 "redfish", "battery",  "model"};
  return kinds;
}

HostSensors find_sensors(const HostRoots& roots, const Clock& clock, DiscoveryOptions options) {
  const CpuFacts cpu = read_cpu_facts(roots);
  std::vector<FoundSensor> found;
  const auto look = [&](std::string_view kind, const auto& find) {
    const bool asked =
        options.kinds.empty() ||
        std::find(options.kinds.begin(), options.kinds.end(), kind) != options.kinds.end();
    found.push_back(asked ? find() : FoundSensor{});
  };
  look("perf", [&] { return find_perf(roots, cpu, clock, options.perf); });
  look("powercap", [&] { return find_powercap(roots, cpu, clock, options.pause); });
  if (sockets(found[1]) > sockets(found[0])) {
    std::swap(found[0], found[1]);
  }
  // Before those that see the same cards from outside.
  for (FoundSensor& other : options.others) {
    found.push_back(std::move(other));
  }
  look("cray", [&] { return find_cray(roots, clock); });
  look("hwmon", [&] { return find_hwmon(roots, clock); });
  look("acpi", [&] { return find_acpi_power(roots, clock); });
  look("ipmi", [&] { return find_ipmi(roots, clock, options.ipmi); });
  look("redfish", [&] { return find_redfish(options.redfish, clock); });
  look("battery", [&] { return find_battery(roots, clock); });
  look("model",
       [&] { return found_model(roots, cpu, clock, options, measures_processors(found)); });
  HostSensors chosen = choose_channels(std::move(found), perf_parts(roots));
  chosen.partial = lacks_a_socket(cpu, chosen);
  return chosen;
}

}  // namespace evolt
