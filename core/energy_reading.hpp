#pragma once

#include "core/units.hpp"

#include <string>
#include <vector>

namespace evolt {

/// What kind of figure a joule is; different kinds are never ranked together unless asked.
enum class EnergyLabel {
  none,
  node_metered,
  counter_exclusive,
  counter_shared,
  sampled,
  model,
  declared,
};

/// Energy of an interval with what is known of its error. Absent energy is a missing reading, never
/// one of 0 J.
struct EnergyReading {
  Joules joules;
  Joules lower;
  Joules upper;
  EnergyLabel label = EnergyLabel::none;
  double coverage = 0;               ///< share of the interval that was observed, 0 .. 1
  std::vector<std::string> sensors;  ///< what it was read from

  friend bool operator==(const EnergyReading&, const EnergyReading&) = default;
};

}  // namespace evolt
