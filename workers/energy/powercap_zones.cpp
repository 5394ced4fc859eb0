#include "workers/energy/powercap_zones.hpp"

#include "workers/energy/host_tree.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>

namespace evolt {
namespace {

constexpr int kConstraints = 4;  // long term, short term, peak power, and one to spare
// What firmware writes for "no limit" lies above (4,095 W is common), what it forgets to write
// below.
constexpr double kLeastPower = 1;
constexpr double kMostPower = 2000;

/// `intel-rapl-mmio:1:2`; nullopt: another name, or no numbers.
std::optional<PowercapZone> read_folder_name(std::string_view name) {
  const std::vector<std::string_view> pieces = split(name, ':');
  if (pieces.size() < 2 || pieces.size() > 3 ||
      (pieces[0] != "intel-rapl" && pieces[0] != "intel-rapl-mmio")) {
    return std::nullopt;
  }
  PowercapZone zone;
  zone.mmio = pieces[0] == "intel-rapl-mmio";
  const std::optional<int> number = read_whole<int>(pieces[1]);
  if (!number) {
    return std::nullopt;
  }
  zone.number = *number;
  if (pieces.size() == 3) {
    zone.within = read_whole<int>(pieces[2]);
    if (!zone.within) {
      return std::nullopt;
    }
  }
  return zone;
}

/// `package-1-die-0`; false: another label.
bool read_package_label(std::string_view label, PowercapZone& zone) {
  const std::vector<std::string_view> pieces = split(label, '-');
  if (pieces.front() != "package" || (pieces.size() != 2 && pieces.size() != 4)) {
    return false;
  }
  zone.package = read_whole<int>(pieces[1]);
  if (pieces.size() == 4) {
    zone.die = pieces[2] == "die" ? read_whole<int>(pieces[3]) : std::nullopt;
    if (!zone.die) {
      return false;
    }
  }
  return zone.package.has_value();
}

void read_label(PowercapZone& zone) {
  zone.label = text_in(zone.folder + "/name").value_or("");
  if (read_package_label(zone.label, zone)) {
    zone.part = EnergyPart::package;
  } else if (zone.label == "dram") {
    zone.part = EnergyPart::dram;
  } else if (zone.label == "core") {
    zone.part = EnergyPart::core;
  } else if (zone.label == "uncore") {
    zone.part = EnergyPart::uncore;
  } else if (zone.label == "psys" || zone.label.starts_with("psys-")) {  // of socket 0; of others
    zone.part = EnergyPart::platform;
  }
}

/// Zones directly within a folder, and within those.
void collect(const std::string& folder, std::vector<PowercapZone>& zones) {
  for (const std::string& name : names_in(folder)) {
    std::optional<PowercapZone> zone = read_folder_name(name);
    if (!zone) {
      continue;
    }
    const auto same = [&](const PowercapZone& other) {
      return other.mmio == zone->mmio && other.number == zone->number &&
             other.within == zone->within;
    };
    zone->folder = concat(folder, "/", name);
    std::error_code error;
    zone->dangling = !std::filesystem::exists(zone->folder, error);
    const auto known = std::find_if(zones.begin(), zones.end(), same);
    if (known == zones.end()) {
      read_label(*zone);
      zones.push_back(*zone);
    } else if (known->dangling && !zone->dangling) {
      read_label(*zone);
      *known = *zone;
    }
    if (!zone->dangling) {
      collect(zone->folder, zones);
    }
  }
}

}  // namespace

std::string PowercapZone::domain() const {
  const std::string door = mmio ? "-mmio" : "";
  const std::string of_die = die ? concat("-die-", *die) : "";
  if (part == EnergyPart::package) {
    return concat("package-", *package, of_die, door);
  }
  if (part == EnergyPart::platform) {
    return label + door;
  }
  if (part && package) {
    return concat(label, "-", *package, of_die, door);
  }
  return std::filesystem::path(folder).filename();
}

std::vector<PowercapZone> list_powercap_zones(const HostRoots& roots) {
  std::vector<PowercapZone> zones;
  const std::string folder = roots.sys + "/class/powercap";
  collect(folder, zones);
  collect(folder + "/intel-rapl", zones);
  collect(folder + "/intel-rapl-mmio", zones);
  std::sort(zones.begin(), zones.end(), [](const PowercapZone& a, const PowercapZone& b) {
    return std::tuple(a.mmio, a.number, a.within.value_or(-1)) <
           std::tuple(b.mmio, b.number, b.within.value_or(-1));
  });
  for (PowercapZone& zone : zones) {
    const auto parent = std::find_if(zones.begin(), zones.end(), [&](const PowercapZone& other) {
      return other.mmio == zone.mmio && other.number == zone.number && !other.within;
    });
    if (zone.within && parent != zones.end()) {
      zone.package = parent->package;
      zone.die = parent->die;
    }
  }
  return zones;
}

Watts highest_power(const PowercapZone& zone) {
  double most = 0;
  for (int i = 0; i < kConstraints; ++i) {
    for (const char* file : {"_max_power_uw", "_power_limit_uw"}) {
      const auto microwatts = number_in(concat(zone.folder, "/constraint_", i, file));
      const double watts = 1e-6 * static_cast<double>(microwatts.value_or(0));
      if (watts >= kLeastPower && watts <= kMostPower) {
        most = std::max(most, watts);
      }
    }
  }
  return Watts{most};
}

Watts highest_power(const std::vector<PowercapZone>& zones, EnergyPart part,
                    std::optional<int> package) {
  Watts most;
  for (const PowercapZone& zone : zones) {
    if (zone.part == part && zone.package == package) {
      most = std::max(most, highest_power(zone));
    }
  }
  return most;
}

}  // namespace evolt
