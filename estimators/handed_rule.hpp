#pragma once

#include "estimators/estimator.hpp"
#include "estimators/window.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// What somebody else thinks of a trial; nullopt: no answer. Requires: the same answer for the same
/// curves. Thread: loop.
using Judgement = std::function<std::optional<Verdict>(const Curve&, const History&)>;

struct HandedRuleOptions {
  std::string name = "handed";
  Window window;
};

/// A rule whose verdicts come from a function object: for a C++ caller's own rule, and the pure
/// half of one that a program gives.
///
/// What every rule answers first it answers itself: the function is not asked about an empty curve,
/// a step below `min_steps`, the last step, or a newest value that is not finite (stop). Where the
/// function has no answer the `fallback` judges. A verdict to stop or park without a reason gets
/// one, and a forecast that is not finite is dropped. Parked trials go on, and goals are set, as
/// the fallback says.
class HandedRule {
 public:
  /// Errors: ConfigError for min_steps below 1, or an empty function.
  HandedRule(Judgement judgement, Estimator fallback, HandedRuleOptions options = {});

  std::string_view name() const { return options_.name; }
  Verdict judge(const Curve& curve, const History& history) const;
  void observe(const Curve& curve, Ending ending) { fallback_.observe(curve, ending); }
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const {
    return fallback_.resume(parked, history, more);
  }
  std::optional<std::int64_t> goal(std::int64_t step) const { return fallback_.goal(step); }

 private:
  Judgement judgement_;
  Estimator fallback_;
  HandedRuleOptions options_;
};

}  // namespace evolt
