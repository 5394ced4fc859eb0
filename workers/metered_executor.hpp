#pragma once

#include "workers/energy/meter/energy_meter.hpp"
#include "workers/executor.hpp"

#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

struct MeteredOptions {
  std::string study;                ///< its name, for people
  std::vector<WindowShare> shares;  ///< what of the host each slot has
  /// The processor time in an attempt's usage is that of all its processes.
  bool counts_all_cpu = true;
};

/// Runs attempts on `inner` and measures each: reports carry the energy so far, as of the meter's
/// last reading, and the outcome that of the whole attempt and of its phases, or why there is none.
/// An outcome is held until the meter has read the attempt's end, a fraction of a millisecond, and
/// ten seconds at most. Attempts of which no process is known pass as they are. A process that
/// takes another's place in the middle of an attempt is measured from then on.
///
/// A report names the phase of what was done since the report before; docs/energy-accounting.md.
/// Requires: the options have a share for each slot of `inner`.
std::unique_ptr<Executor> make_metered_executor(boost::asio::io_context& loop,
                                                std::unique_ptr<EnergyMeter> meter,
                                                MeteredOptions options,
                                                std::unique_ptr<Executor> inner);

}  // namespace evolt
