#include "service/scaling/processor_costs.hpp"

namespace evolt {
namespace {

constexpr double kMicro = 1e-6;

/// Whole ranks to tight loops.
constexpr double kWhole = 4;

}  // namespace

ProcessorCosts usual_costs(std::string_view propagator) {
  const bool cheap = propagator == "evolution" || propagator == "random";
  ProcessorCosts costs;
  costs.frame = {0.4 * kMicro * kWhole};
  costs.message_in = {(cheap ? 1.0 : 6.0) * kMicro * kWhole};
  costs.message_out = {0.6 * kMicro * kWhole};
  costs.outcome = {3.6 * kMicro * kWhole};
  costs.breeding = {(cheap ? 0.9 : 75.0) * kMicro * kWhole};
  costs.event = {1.2 * kMicro * kWhole};
  costs.written = {1.6 * kMicro * kWhole};
  costs.waking = {80 * kMicro};
  return costs;
}

}  // namespace evolt
