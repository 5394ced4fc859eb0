#pragma once

#include "estimators/estimator.hpp"

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
      min_steps;              ///< never stop before this step; each rule has its default
  bool parks = false;         ///< a trial can end and go on later from a checkpoint
  bool loss_changes = false;  ///< a hyperparameter changes what the training loss means
};

/// `default`, `asha`, `median`, `none`.
std::vector<std::string> estimator_names();

/// Errors: ConfigError naming the known ones and the nearest match, or options the rule cannot use.
Estimator make_estimator(std::string_view name, const EstimatorOptions& options);

}  // namespace evolt
