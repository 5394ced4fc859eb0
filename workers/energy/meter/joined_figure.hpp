#pragma once

#include "workers/energy/meter/window_tally.hpp"

namespace evolt {

/// One figure of two that follow each other with `between` unobserved: joules are filled in with
/// the mean power of what was seen, the upper bound with the highest power there can be. A part
/// without a figure is unobserved, too.
WindowFigure join(const WindowFigure& first, Seconds between, const WindowFigure& second);

}  // namespace evolt
