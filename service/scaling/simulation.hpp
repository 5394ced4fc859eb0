#pragma once

#include "core/units.hpp"
#include "service/scaling/fabric.hpp"
#include "service/scaling/processor_costs.hpp"
#include "service/scaling/simulation_report.hpp"
#include "service/scaling/virtual_trials.hpp"

#include <cstdint>
#include <string>

namespace evolt {

struct SimulationOptions {
  std::int32_t ranks = 4;  ///< each with one slot
  std::int32_t islands = 1;
  std::int64_t trials_per_rank = 10;
  Seconds trial{1};  ///< mean
  double sigma = 1;  ///< of its logarithm
  std::string propagator = "default";
  std::string learn_from = "all";
  Landscape landscape = Landscape::rastrigin;
  double target = 30;  ///< the quality to be reached
  std::uint64_t seed = 1;
  Fabric fabric;
  ProcessorCosts costs;
};

/// Runs a whole study in virtual time: the real ranks, mailboxes and ledger over a model of
/// network, processors and trials. The same options give the same report. Requires: ranks, islands,
/// trials_per_rank > 0. Errors: ConfigError for a propagator that does not exist.
SimulationReport simulate(const SimulationOptions& options);

}  // namespace evolt
