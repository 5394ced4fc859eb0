#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/energy/ipmi_device.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace evolt {

/// What DCMI's Get Power Reading answers.
struct DcmiPower {
  std::uint16_t current = 0;  ///< W
  std::uint16_t least = 0;
  std::uint16_t most = 0;
  std::uint16_t average = 0;
  std::uint32_t taken = 0;   ///< the controller's own clock, in whole seconds
  std::uint32_t period = 0;  ///< that the statistics are over, ms
};

/// Reads an answer, completion code first. Errors: not_supported, where the controller does not
/// know the command; no_permission; stale, where it does not measure now or has no figure yet;
/// suspect, where the answer is of another form. Source: Intel, DCMI specification 1.5, 6.6.1 "Get
/// Power Reading".
ReadStatus read_dcmi_power(std::span<const std::uint8_t> answer, DcmiPower& power);

/// The host's power by its management controller, /dev/ipmi0: asked each 5 s on a thread of its
/// own, as an answer takes up to half a second. `opener` is nullptr where only files are to be
/// looked at.
FoundSensor find_ipmi(const HostRoots& roots, const Clock& clock, IpmiOpener* opener,
                      Seconds period = {5});

}  // namespace evolt
