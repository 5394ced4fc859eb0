#pragma once

#include "core/units.hpp"

#include <string_view>

namespace evolt {

/// Processor time of the real code, as the simulation charges it. Units: seconds on one core.
/// Source: `scaling_bench --calibrate` (benchmarks/README.md) measures all of them; docs/scaling.md
/// has the figures and the machine.
struct ProcessorCosts {
  Seconds frame;        ///< sent or received, beside the fabric's overhead
  Seconds message_in;   ///< decoded, taken in and passed on
  Seconds message_out;  ///< encoded and put into a frame
  Seconds outcome;      ///< of a trial: scored, admitted, told
  Seconds breeding;     ///< of one configuration
  Seconds event;        ///< rank 0: folded into the ledger and handed to the writer
  Seconds written;      ///< rank 0's second thread: one event, on disk
};

/// As measured for this propagator; one that is not known costs what the dearest costs.
ProcessorCosts measured_costs(std::string_view propagator);

}  // namespace evolt
