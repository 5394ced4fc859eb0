#pragma once

#include "core/units.hpp"

#include <cstdint>
#include <optional>

namespace evolt {

/// How a metric and what it cost become one number.
enum class EfficiencyForm : std::uint8_t {
  ratio,         ///< skill^exponent / cost; more is better
  pepr,          ///< metric / (1 + cost scaled to 0 .. 1); more is better
  neural_power,  ///< error^exponent * cost; less is better
};

struct EfficiencyOptions {
  EfficiencyForm form = EfficiencyForm::ratio;
  bool maximized = true;  ///< the metric
  double chance = 0;      ///< the metric of a model that knows nothing
  double target = 1;      ///< the metric of a perfect one
  double exponent = 2;    ///< how much more the metric counts than the cost
  double least_cost = 0;  ///< pepr: costs that become 0 and 1
  double most_cost = 1;
  double least_error = 1e-6;  ///< neural_power: an error is never less
};

/// Less is better, as of every score.
///
/// ratio: skill = (metric - chance) / (target - chance), not below 0, so that a model at chance
/// level is worth nothing however cheap it is; with exponent 2 a doubled skill pays for a fourfold
/// cost. pepr: Selvan et al. 2024, "PePR: Performance per resource unit", NLDL, P / (1 + R);
/// the paper scales R over the set of models that it compares; here the scale is given, because a
/// search does not know the set. neural_power: Cai et al. 2017, "NeuralPower", ACML, the
/// energy-precision ratio error^a * energy; the error is |target - metric|.
/// Requires: finite numbers, cost > 0.
double efficiency(double metric, double cost, const EfficiencyOptions& options);

/// Whether more is better in the user's sign.
bool more_is_better(const EfficiencyOptions& options);

/// eta * energy + (1 - eta) * most power * time, in joules. You et al. 2023, "Zeus", NSDI,
/// equation 2. `eta`: 0 counts time alone, 1 energy alone.
Joules zeus_cost(Joules energy, Seconds time, double eta, Watts most_power);

}  // namespace evolt
