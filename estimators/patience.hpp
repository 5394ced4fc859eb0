#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/window.hpp"

#include <cstdint>
#include <string_view>

namespace evolt {

struct PatienceOptions {
  Window window;
  std::int64_t steps = 10;  ///< without improvement
  double delta = 0;         ///< what is not more than that is none
};

/// Stops a trial whose best value has not improved by more than `delta` over the last `steps`
/// steps: what stands still brings nothing more. It looks at no other trial but to spare whoever
/// leads, because a trial that was stopped cannot be the result.
///
/// NaN and infinite values are no improvement; a trial whose newest value is one is stopped. An
/// empty curve, a step below `min_steps`, the last step, a first report less than `steps` ago, and
/// a best value that nobody else has bettered by this step: proceed. Shape: curve ordered by step.
/// Cost: one question to the history where it would stop, else O(log points).
class Patience {
 public:
  /// Errors: ConfigError for min_steps or steps below 1, or a delta that is negative or not finite.
  explicit Patience(PatienceOptions options = {});

  std::string_view name() const { return "patience"; }
  Verdict judge(const Curve& curve, const History& history) const;

 private:
  PatienceOptions options_;
};

}  // namespace evolt
