#pragma once

#include "core/config_error.hpp"
#include "estimators/estimator.hpp"
#include "estimators/rule_settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What every stopping rule may need to know of the study.
struct EstimatorOptions {
  std::int64_t steps = 0;  ///< full length; 0: unknown
  std::optional<std::int64_t>
      min_steps;                    ///< never stop before this step; each rule has its default
  bool parks = false;               ///< a trial can end and go on later
  std::optional<std::size_t> cost;  ///< which of several judged values is what a trial costs
  bool until_target = false;  ///< trials end at a target: values are its cost, ..., the miss of it
  bool loss_changes = false;  ///< a hyperparameter changes what the training loss means
};

/// The rules that stand for themselves: `default`, `asha`, ..., `none`.
std::vector<std::string> estimator_names();

/// Those that are made of others: `any_of`, `all_of`, `after_steps`, `switch_at`.
std::vector<std::string> combined_rule_names();

/// What is wrong with an option of a rule; and what is missing from it, or is too much, when all
/// its options are good: nullopt where nothing is. Neither looks at the rules within. Requires: a
/// name of either list.
std::optional<Complaint> wrong_option(const std::string& rule, const std::string& option,
                                      const RuleOptionValue& value);
std::optional<Complaint> wrong_parts(const RuleSettings& rule);

/// Whether it can rank trials by several values at once (CurvePoint::others). One that cannot looks
/// at the first of them alone.
bool ranks_by_several(const RuleSettings& rule);

/// Errors: ConfigError naming the known ones and the nearest match, or options the rule cannot use.
Estimator make_estimator(const RuleSettings& rule, const EstimatorOptions& options);

}  // namespace evolt
