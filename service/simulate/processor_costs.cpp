#include "service/simulate/processor_costs.hpp"

namespace evolt {

ProcessorCosts measured_costs(std::string_view propagator) {
  ProcessorCosts costs;
  costs.frame = {1e-6};
  costs.message_in = {4e-6};
  costs.message_out = {1e-6};
  costs.outcome = {10e-6};
  costs.breeding = {propagator == "evolution" ? 10e-6 : 500e-6};
  costs.event = {2e-6};
  costs.written = {5e-6};
  return costs;
}

}  // namespace evolt
