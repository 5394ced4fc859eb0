#pragma once

#include "estimators/estimator.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// Rules that judge together; what one of them would take up again goes on.
class RuleList {
 public:
  void observe(const Curve& curve, Ending ending);
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const;
  std::optional<std::int64_t> goal(std::int64_t step) const;

 protected:
  /// Errors: ConfigError without rules.
  RuleList(std::vector<Estimator> rules, std::string_view name);

  const std::vector<Estimator>& rules() const { return rules_; }

 private:
  std::vector<Estimator> rules_;
};

/// Stops where one of its rules does, and parks where one does and none stops; the first rule's
/// reason that says so. NaN, warm-up, few peers: as its rules. Cost: that of all rules.
class AnyOf : public RuleList {
 public:
  /// Errors: ConfigError without rules.
  explicit AnyOf(std::vector<Estimator> rules) : RuleList(std::move(rules), name()) {}

  static std::string_view name() { return "any_of"; }
  Verdict judge(const Curve& curve, const History& history) const;
};

/// Stops where all of its rules would end the trial at the same report, and parks where one of them
/// parks; all reasons. Rules that judge at rungs only must meet there. NaN, warm-up, few peers: as
/// its rules. Cost: that of the rules up to the first that proceeds.
class AllOf : public RuleList {
 public:
  /// Errors: ConfigError without rules.
  explicit AllOf(std::vector<Estimator> rules) : RuleList(std::move(rules), name()) {}

  static std::string_view name() { return "all_of"; }
  Verdict judge(const Curve& curve, const History& history) const;
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
