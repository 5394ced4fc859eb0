#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "core/measurement.hpp"
#include "core/outcome.hpp"
#include "core/search_space.hpp"

namespace evolt {

/// What an evaluation is worth. Smaller is better in `values`, whatever the user's sign.
struct Scores {
  std::vector<double> values;
  double violation = 0;  ///< sum of the relative misses of all requirements; 0: all met
};

struct ObjectiveOptions {
  std::vector<std::string> names;   ///< metrics, in the study's order
  std::size_t maximized = 0;        ///< the first so many of them are maximized
  std::vector<Requirement> require; ///< Requirement::param names a metric
};

/// Turns metrics into scores. `seconds` and `joules` are built-in names: the attempt's wall time and
/// measured energy.
class Objective {
 public:
  explicit Objective(ObjectiveOptions options);

  std::size_t size() const;

  /// Errors: not_found when a metric was never reported or not measured; invalid_argument when it is
  /// NaN or infinite; the message names it and lists what was reported.
  absl::StatusOr<Scores> score(const Metrics& metrics, const Usage& usage) const;

  /// The i-th score in the user's sign.
  double in_users_sign(std::size_t i, double score) const;
};

}  // namespace evolt
