#pragma once

#include "core/measurement.hpp"
#include "core/outcome.hpp"
#include "core/search_space.hpp"
#include "estimators/dominance.hpp"
#include "estimators/efficiency.hpp"
#include "estimators/measured_value.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace evolt {

/// What an evaluation is worth. Smaller is better in `values`, whatever the user's sign.
struct Scores {
  std::vector<double> values;
  double violation = 0;  ///< sum of the relative misses of all requirements; 0: all met
};

/// Each metric is a score of its own.
struct EachMetric {};

/// The one metric and a cost make one score.
struct MetricPerCost {
  std::string cost = "joules";  ///< or any metric
  EfficiencyOptions how;        ///< `maximized` is set by Objective
  std::optional<double> floor;  ///< a metric worse than this is a requirement missed
};

/// What it costs until the one metric reaches the target, where the trial ends; one that never does
/// has missed a requirement.
struct CostToTarget {
  double target = 0;
  double eta = 1;  ///< as zeus_cost(); 1: joules
  Watts most_power;
};

struct ObjectiveOptions {
  std::vector<std::string> names;    ///< metrics, in the study's order
  std::size_t maximized = 0;         ///< the first so many of them are maximized
  std::vector<Requirement> require;  ///< Requirement::param names a metric
  std::variant<EachMetric, MetricPerCost, CostToTarget> form;
  MeasuredOptions measured;
};

/// Turns metrics into scores. What measured_name() knows is measured, whatever a trainer reports
/// under these names.
class Objective {
 public:
  /// Errors: ConfigError for no names, a name that stands twice, more maximized than names, more
  /// than one name for a form that takes one, numbers out of range, and as check_requirement().
  explicit Objective(ObjectiveOptions options);

  /// Scores of an evaluation.
  std::size_t size() const { return each() ? options_.names.size() : 1; }

  bool requires_something() const { return !options_.require.empty(); }

  /// Errors: not_found when a metric was never reported or not measured; invalid_argument when it
  /// is NaN or infinite; the message names it and lists what was reported.
  absl::StatusOr<Scores> score(const Metrics& metrics, const Usage& usage) const;

  /// The same while a trial runs: requirements on what it has not reported count as met.
  absl::StatusOr<Scores> score_so_far(const Metrics& metrics, const Usage& usage) const;

  /// Scores of an evaluation on even scales, with bounds; metrics are exact. Where accuracy per
  /// joule is the score (EfficiencyForm::ratio), the scale is joules per accuracy. What readings of
  /// one source have in common is left out of `own` where it changes no order: a gain is a factor,
  /// so not where energy is added to something else (pepr, Zeus's cost with eta below 1). Errors:
  /// as score().
  absl::StatusOr<BoundedScores> bounded(const Metrics& metrics, const Usage& usage) const;

  /// A value of an even scale as a score.
  double from_even(double value) const;

  /// Whether its scores or requirements take energy, and the readings that they take, those that
  /// are missing left out.
  bool needs_energy() const { return !energies().empty(); }
  std::vector<const EnergyReading*> readings(const Usage& usage) const;

  /// Whether a trial that reports this has nothing left to do: its cost to the target is known.
  bool reached(const Metrics& metrics) const;

  /// The i-th score in the user's sign. Requires: i < size().
  double in_users_sign(std::size_t i, double score) const;

 private:
  bool each() const { return std::holds_alternative<EachMetric>(options_.form); }
  bool more_is_better(std::size_t i) const;
  void check_form();
  absl::StatusOr<double> value_of(const std::string& name, const Metrics& metrics,
                                  const Usage& usage) const;
  absl::StatusOr<std::vector<double>> values(const Metrics& metrics, const Usage& usage) const;
  bool inverted() const;
  bool scales() const;
  std::vector<MeasuredName> energies() const;
  std::string source_of(const Usage& usage) const;
  double even(double score) const;
  double even_at(double metric, double cost, const EfficiencyOptions& how) const;
  Bounded bounded_of(const std::string& name, const Metrics& metrics, const Usage& usage,
                     BoundKind kind) const;
  std::vector<Bounded> bounds(const std::vector<double>& scores, const Metrics& metrics,
                              const Usage& usage, BoundKind kind) const;
  absl::StatusOr<Scores> score(const Metrics& metrics, const Usage& usage, bool so_far) const;

  ObjectiveOptions options_;
};

}  // namespace evolt
