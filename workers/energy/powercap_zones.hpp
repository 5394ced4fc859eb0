#pragma once

#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// One folder of the powercap tree, `intel-rapl:N` or `intel-rapl:N:M`. AMD's are named so too.
struct PowercapZone {
  std::string folder;
  bool mmio = false;               ///< `intel-rapl-mmio:`: another door to the counter of a package
  int number = 0;                  ///< N; not the package's id
  std::optional<int> within;       ///< M
  bool dangling = false;           ///< a link that leads nowhere, as in a container
  std::string label;               ///< what `name` holds; empty: it cannot be read
  std::optional<EnergyPart> part;  ///< by the label; nullopt: none that we know
  std::optional<int> package;      ///< of a package, and of what lies within one
  std::optional<int> die;

  /// Unique and the same after a reboot: `package-0`, `dram-1`, `psys`; the folder's own name where
  /// the label says nothing.
  std::string domain() const;
};

/// Every zone, in the order of their numbers. Where a container has no link to a zone, it is looked
/// for in the control type's own folder.
std::vector<PowercapZone> list_powercap_zones(const HostRoots& roots);

/// The power that a zone cannot exceed: the highest of its constraints' limits that can be meant;
/// 0: it names none.
Watts highest_power(const PowercapZone& zone);

/// The same of a part of a package by the zones of the host.
Watts highest_power(const std::vector<PowercapZone>& zones, EnergyPart part,
                    std::optional<int> package);

}  // namespace evolt
