#pragma once

#include "core/measurement.hpp"
#include "core/outcome.hpp"
#include "core/search_space.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <vector>

namespace evolt {

/// What an evaluation is worth. Smaller is better in `values`, whatever the user's sign.
struct Scores {
  std::vector<double> values;
  double violation = 0;  ///< sum of the relative misses of all requirements; 0: all met
};

struct ObjectiveOptions {
  std::vector<std::string> names;    ///< metrics, in the study's order
  std::size_t maximized = 0;         ///< the first so many of them are maximized
  std::vector<Requirement> require;  ///< Requirement::param names a metric
};

/// Turns metrics into scores. `seconds` and `joules` are built-in names: the attempt's wall time
/// and measured energy, whatever a trainer reports under these names.
///
/// A requirement's relative miss is the distance to its bound (or to the nearest listed value) over
/// the bound's magnitude, at least 1e-12; a strict bound that is just touched is missed by 1e-12.
/// The misses of all bounds are summed.
class Objective {
 public:
  /// Errors: ConfigError for no names, a name that stands twice, more maximized than names, and a
  /// requirement without a bound, with one that is not a number, or with an empty range.
  explicit Objective(ObjectiveOptions options);

  std::size_t size() const { return options_.names.size(); }

  /// Errors: not_found when a metric was never reported or not measured; invalid_argument when it
  /// is NaN or infinite; the message names it and lists what was reported.
  absl::StatusOr<Scores> score(const Metrics& metrics, const Usage& usage) const;

  /// The i-th score in the user's sign. Requires: i < size().
  double in_users_sign(std::size_t i, double score) const;

 private:
  ObjectiveOptions options_;
};

}  // namespace evolt
