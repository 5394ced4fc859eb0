#pragma once

#include <cstdint>

namespace evolt {

/// Names a window on its host.
using WindowId = std::uint64_t;

}  // namespace evolt
