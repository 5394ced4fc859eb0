#pragma once

#include "estimators/estimator.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace evolt {

/// Stops where one of its rules does, and parks where one does and none stops; the first rule's
/// reason that says so. What a rule would take up again goes on. NaN, warm-up, few peers: as its
/// rules. Cost: that of all rules.
class AnyOf {
 public:
  /// Errors: ConfigError without rules.
  explicit AnyOf(std::vector<Estimator> rules);

  std::string_view name() const { return "any_of"; }
  Verdict judge(const Curve& curve, const History& history) const;
  void observe(const Curve& curve, Ending ending);
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const;
  std::optional<std::int64_t> goal(std::int64_t step) const;

 private:
  std::vector<Estimator> rules_;
};

/// Stops where all of its rules would end the trial at the same report, and parks where one of them
/// parks; all reasons. What a rule would take up again goes on. Rules that judge at rungs only must
/// meet there. NaN, warm-up, few peers: as its rules. Cost: that of the rules up to the first that
/// proceeds.
class AllOf {
 public:
  /// Errors: ConfigError without rules.
  explicit AllOf(std::vector<Estimator> rules);

  std::string_view name() const { return "all_of"; }
  Verdict judge(const Curve& curve, const History& history) const;
  void observe(const Curve& curve, Ending ending);
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const;
  std::optional<std::int64_t> goal(std::int64_t step) const;

 private:
  std::vector<Estimator> rules_;
};

/// One rule before a step, another from it on. Shape: curve ordered by step. NaN, warm-up, few
/// peers: as the rule whose turn it is.
class SwitchAt {
 public:
  /// Errors: ConfigError for a step below 1.
  SwitchAt(std::int64_t step, Estimator before, Estimator after);

  std::string_view name() const { return "switch_at"; }
  Verdict judge(const Curve& curve, const History& history) const;
  void observe(const Curve& curve, Ending ending);
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const;
  std::optional<std::int64_t> goal(std::int64_t step) const;

 private:
  std::int64_t step_;
  Estimator before_;
  Estimator after_;
};

/// A rule that is not asked before a step: until then everything goes on, NaN too.
class AfterSteps {
 public:
  /// Errors: ConfigError for a step below 1.
  AfterSteps(std::int64_t step, Estimator rule);

  std::string_view name() const { return "after_steps"; }
  Verdict judge(const Curve& curve, const History& history) const;
  void observe(const Curve& curve, Ending ending) { rule_.observe(curve, ending); }
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const {
    return rule_.resume(parked, history, more);
  }
  std::optional<std::int64_t> goal(std::int64_t step) const;

 private:
  std::int64_t step_;
  Estimator rule_;
};

}  // namespace evolt
