#pragma once

#include "core/curve.hpp"
#include "core/outcome.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/parked_trials.hpp"
#include "estimators/rungs.hpp"
#include "estimators/window.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

namespace evolt {

struct PashaOptions {
  Window window;          ///< min_steps is the first rung
  double eta = 3;         ///< one in so many passes a rung; rungs lie this factor apart
  bool promotes = false;  ///< the promotion variant: trials are parked, not stopped
};

/// Progressive ASHA: as Asha up to a top rung, and past it only whoever leads there. The top rung
/// is the second at first, and moves up by one as long as the trials that came to it stand in
/// another order there than at the rung below. The order is soft: two trials that differ by no more
/// than a tolerance at the top rung may have changed places.
///
/// In the promotion variant trials that do not pass are parked, and go on as soon as they would
/// pass, the highest rung first: below the top rung the best floor(n / eta), from it on whoever
/// leads there; the best of each rung when nothing else runs or will be bred.
///
/// The tolerance is the 90 % quantile of the distances of trials whose curves cross at least twice,
/// over the newest; it is learnt from complete curves, and 0 before two have crossed. Of the trials
/// at a rung, the newest 64 are compared. NaN, an empty curve, warm-up, few peers, irregular steps
/// and unknown lengths: as Asha. Cost: O(rungs) questions to the history, and 64 log 64 for each.
///
/// Source: Bohdal et al. 2023, "PASHA: Efficient HPO and NAS with Progressive Resource Allocation",
/// ICLR, algorithm 1 and section 4.2. It differs in two ways: there trials that come to the top
/// rung wait, and the best one is trained to the end by the user; here the leader goes on at once,
/// because a study's result must have been trained to the end. And there any other order, position
/// by position, counts; here any pair that is clearly the other way round.
class Pasha {
 public:
  /// Errors: ConfigError for min_steps below 1 or an eta that is not a finite number above 1.
  explicit Pasha(PashaOptions options = {});

  std::string_view name() const { return "pasha"; }
  Verdict judge(const Curve& curve, const History& history) const;

  /// The promotion variant's; nullopt in the other.
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const;

  /// The next rung; nullopt: the end is next.
  std::optional<std::int64_t> goal(std::int64_t step) const;

  /// Learns the tolerance.
  void observe(const Curve& curve, Ending ending);

  double tolerance() const { return tolerance_; }

  /// The top rung now.
  std::int64_t top(const History& history) const;

 private:
  std::size_t room(std::size_t arrived, bool at_the_top) const;
  bool same_order(const History& history, std::int64_t rung, std::int64_t next) const;

  PashaOptions options_;
  Rungs rungs_;
  std::deque<Curve> curves_;      ///< the newest complete ones
  std::deque<double> distances_;  ///< of those that cross
  double tolerance_ = 0;
};

}  // namespace evolt
