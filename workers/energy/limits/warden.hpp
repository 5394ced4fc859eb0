#pragma once

#include "workers/energy/host_roots.hpp"
#include "workers/energy/limits/knob_box.hpp"

#include <absl/status/status.h>

#include <string>

namespace evolt {

/// Restores what killed processes left set. Returns how many limits could not be restored; their
/// notes stay.
int restore_left_behind(const std::string& folder, KnobBox& box, const HostRoots& roots = {});

/// Sets power limits as it is told over a socket, and restores all of them when the other side is
/// gone, however it went, or on TERM, INT, HUP, QUIT. See docs/warden.md. Before, it restores what
/// others left behind. Errors: where it cannot write its notes, in which case it sets nothing.
absl::Status serve_limits(int socket, const std::string& folder, KnobBox& box,
                          const HostRoots& roots = {});

}  // namespace evolt
