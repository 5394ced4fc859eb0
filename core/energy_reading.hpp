#pragma once

#include "core/units.hpp"

#include <cmath>
#include <optional>
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

/// Who bears the power that a host draws though nobody uses it.
enum class IdlePolicy {
  reserved,   ///< each trial by its share of the cores; what nobody reserved is nobody's
  equal,      ///< the running trials alike
  busy,       ///< everybody by processor time
  none,       ///< nobody: trials bear what they add
  exclusive,  ///< the trial that is alone; while several run, nobody
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

  double sigma_rel = 0;            ///< standard error, relative: gain, edges and gaps in quadrature
  Seconds gap;                     ///< of the interval, not observed
  std::string attribution;         ///< how a shared meter was divided; empty: nothing was shared
  std::optional<IdlePolicy> idle;  ///< nullopt: nothing was shared
  std::string host_class;          ///< what kind of machine; empty: not known
  std::optional<Watts> power_limit;  ///< that was in force on its devices; nullopt: not known
  std::vector<std::string> scope;    ///< parts of the host that are in it: `package`, `gpu`, ...
  /// Of the bounds, relative: what readings of the same sensors on one class of host have in
  /// common, because the sensor that may show most of it errs alike in all of them. Own bounds are
  /// without.
  double gain = 0;

  /// Bounds for a comparison with another reading that shares its gain.
  Joules own_lower() const { return lower * (1 + gain); }
  Joules own_upper() const { return upper * (1 - gain); }

  friend bool operator==(const EnergyReading&, const EnergyReading&) = default;
};

/// Whether it is an energy that a trial used. `estimated`: also one that nothing measured (labels
/// model, declared).
inline bool counts(const std::optional<EnergyReading>& energy, bool estimated) {
  return energy && energy->label != EnergyLabel::none && energy->joules > Joules{} &&
         std::isfinite(energy->joules.value) &&
         (estimated ||
          (energy->label != EnergyLabel::model && energy->label != EnergyLabel::declared));
}

}  // namespace evolt
