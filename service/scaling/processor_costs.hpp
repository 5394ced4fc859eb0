#pragma once

#include "core/units.hpp"

#include <string_view>

namespace evolt {

/// Processor time of the real code, as the simulation charges it. Units: seconds on one core.
struct ProcessorCosts {
  Seconds frame;        ///< sent or received, beside the fabric's overhead
  Seconds message_in;   ///< decoded, taken in and passed on
  Seconds message_out;  ///< encoded and put into a frame
  Seconds outcome;      ///< of a trial: scored, admitted, told
  Seconds breeding;     ///< of one configuration
  Seconds event;        ///< rank 0: folded into the ledger and handed to the writer
  Seconds written;      ///< rank 0's second thread: one event, on disk
  Seconds waking;       ///< so much longer than asked for does a sleep last
};

/// What they are on the machine of docs/scaling.md, for this propagator; one that was not measured
/// costs what the portfolio costs. Tight loops (`scaling_bench --calibrate`) take a quarter of it:
/// a rank that wakes for a few messages finds cold caches, and has an event loop to serve, and the
/// processor time of whole ranks under MPI is met by four times what the loops say.
ProcessorCosts usual_costs(std::string_view propagator);

}  // namespace evolt
