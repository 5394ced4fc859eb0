#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/window.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace evolt {

struct MedianRuleOptions {
  std::string name = "median";
  Window window;
  std::size_t min_peers = 5;  ///< fewer other trials at a step: proceed
  double quantile = 0.5;      ///< share of the peers that must be strictly better; 0.5: the median
  std::size_t reports = 1;    ///< at so many reports in a row
};

/// Stops a trial whose best value so far is worse than the median of all other trials' best at the
/// same step; with other options, than another quantile of them, at several reports in a row.
///
/// NaN and infinite values are nobody's best; a trial whose newest value is one is stopped. An
/// empty curve, a step below `min_steps`, the last step, fewer than `min_peers` peers, or fewer
/// than `reports` reports: proceed. Ties count for the trial. Shape: curve ordered by step. Cost:
/// `reports` questions to the history.
///
/// Source: Golovin et al. 2017, "Google Vizier: A Service for Black-Box Optimization",
/// section 3.2.1, median stopping. There the median is over completed trials' running averages; we
/// take every trial's best up to the step, stopped and running ones included, because completed
/// trials are survivors and a median over them alone hardens as the study goes on.
class MedianRule {
 public:
  /// Errors: ConfigError for min_steps, min_peers or reports below 1, or a quantile outside (0, 1).
  explicit MedianRule(MedianRuleOptions options = {});

  std::string_view name() const { return options_.name; }
  Verdict judge(const Curve& curve, const History& history) const;

 private:
  MedianRuleOptions options_;
};

}  // namespace evolt
