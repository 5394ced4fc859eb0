#include "workers/energy/cpu_facts.hpp"

#include "workers/energy/host_tree.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>

namespace evolt {
namespace {

void read_cpuinfo(const HostRoots& roots, CpuFacts& facts) {
  std::ifstream file(roots.proc + "/cpuinfo");
  std::string line;
  std::vector<CpuPlace> places;
  while (std::getline(file, line)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) {
      continue;
    }
    const std::string_view key = strip(std::string_view(line).substr(0, colon));
    const std::string_view value = strip(std::string_view(line).substr(colon + 1));
    const std::optional<int> number = read_whole<int>(value);
    if (key == "processor" && number) {
      places.push_back({.cpu = *number});
    } else if (key == "physical id" && number && !places.empty()) {
      places.back().package = *number;
    } else if (key == "vendor_id") {
      facts.vendor = value;
    } else if (key == "model name") {
      facts.model_name = value;
    } else if (key == "cpu family") {
      facts.family = number.value_or(0);
    } else if (key == "model") {
      facts.model = number.value_or(0);
    } else if (key == "flags") {
      const auto flags = split(value, ' ');
      facts.virtual_machine = std::find(flags.begin(), flags.end(), "hypervisor") != flags.end();
    }
  }
  facts.places = std::move(places);
}

/// The topology of sysfs knows dies, and is right where /proc/cpuinfo says nothing (Arm).
void read_topology(const HostRoots& roots, CpuFacts& facts) {
  const std::string folder = roots.sys + "/devices/system/cpu";
  std::vector<CpuPlace> places;
  for (const std::string& name : names_in(folder)) {
    const std::optional<int> cpu =
        name.starts_with("cpu") ? read_whole<int>(std::string_view(name).substr(3)) : std::nullopt;
    if (!cpu) {
      continue;
    }
    const auto at = [&](const char* file) {
      const auto text = text_in(concat(folder, "/", name, "/topology/", file));
      return text ? read_whole<int>(*text) : std::nullopt;
    };
    if (const std::optional<int> package = at("physical_package_id")) {
      places.push_back({*cpu, std::max(*package, 0), std::max(at("die_id").value_or(0), 0)});
    }
  }
  if (!places.empty()) {
    facts.places = std::move(places);
  }
}

}  // namespace

int CpuFacts::packages() const {
  std::set<int> seen;
  for (const CpuPlace& place : places) {
    seen.insert(place.package);
  }
  return std::max(static_cast<int>(seen.size()), 1);
}

CpuFacts read_cpu_facts(const HostRoots& roots) {
  CpuFacts facts;
  read_cpuinfo(roots, facts);
  read_topology(roots, facts);
  return facts;
}

double counter_gain(const CpuFacts& facts, bool has_dram) {
  const bool server = facts.vendor == "GenuineIntel" && has_dram &&
                      facts.model_name.find("Xeon") != std::string::npos;
  return server ? 0.04 : 0.10;
}

}  // namespace evolt
