#include "estimators/efficiency.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace evolt {

double efficiency(double metric, double cost, const EfficiencyOptions& options) {
  assert(cost > 0);
  switch (options.form) {
    case EfficiencyForm::ratio: {
      const double skill = (metric - options.chance) / (options.target - options.chance);
      return 0.0 - std::pow(std::max(skill, 0.0), options.exponent) / cost;
    }
    case EfficiencyForm::pepr: {
      const double scaled = (cost - options.least_cost) / (options.most_cost - options.least_cost);
      const double whole = 1 + std::clamp(scaled, 0.0, 1.0);
      // A loss is better the smaller it is, and so is its product.
      return options.maximized ? 0.0 - metric / whole : metric * whole;
    }
    case EfficiencyForm::neural_power: {
      const double error = std::max(std::abs(options.target - metric), options.least_error);
      return std::pow(error, options.exponent) * cost;
    }
  }
  return 0;
}

bool more_is_better(const EfficiencyOptions& options) {
  return options.form == EfficiencyForm::ratio ||
         (options.form == EfficiencyForm::pepr && options.maximized);
}

Joules zeus_cost(Joules energy, Seconds time, double eta, Watts most_power) {
  return eta * energy + (1 - eta) * (most_power * time);
}

}  // namespace evolt
