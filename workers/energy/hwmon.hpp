#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"

namespace evolt {

/// What drivers show under /sys/class/hwmon: the power of AMD's graphics cards (`amdgpu`) and the
/// energy of each socket (`amd_energy`). The numbers of the folders change from boot to boot, so
/// channels are named by what they belong to. A card's channel is used only where no sensor of its
/// own claims AMD's cards (discovery.cpp).
FoundSensor find_hwmon(const HostRoots& roots, const Clock& clock);

/// ACPI power meters, which hwmon shows as `power_meter`: of the whole host, or of NVIDIA's Grace,
/// where meters are nested: the module, within it Grace, within it the processor. The outermost
/// level that is there is taken.
FoundSensor find_acpi_power(const HostRoots& roots, const Clock& clock);

}  // namespace evolt
