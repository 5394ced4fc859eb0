#pragma once

#include "core/event.hpp"
#include "core/ids.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace evolt {

/// Tells a host that is broken (no driver, a file missing) from configurations that fail, by the
/// trials that failed there without a single report, one after another.
///
/// Before anybody has reported, `patience` of them condemn a rank. Later they must be twice as
/// many, not counting what ran when they began (one event may have ended all of it), and so many
/// that chance explains them no more: with q the share of such failures among the other trials, q
/// to the power of their number is below one in a million.
class HostWatch {
 public:
  /// `patience` 0: no rank is ever condemned.
  explicit HostWatch(std::int32_t patience) : patience_(patience) {}

  /// Follows an event that rank `on` saw.
  void note(RankId on, const Event& event);

  /// Whether trials fail on that rank because of the rank, if others do better. `proven`: somebody
  /// has reported, if only in an earlier start.
  bool condemns(RankId rank, bool proven) const;

  /// Whether that rank may do better: it is not in a row of such failures itself.
  bool trusts(RankId rank) const { return patience_ == 0 || health(rank).row < patience_; }

  /// Whether a trial has reported on that rank.
  bool reported(RankId rank) const { return health(rank).reported; }

  /// Failures without a report in the row that goes on there, and how the last of them failed.
  std::int64_t row(RankId rank) const { return health(rank).row; }
  std::string last_failure(RankId rank) const { return health(rank).last; }

  /// In the rows that go on, of all ranks together.
  std::int64_t rows() const;

 private:
  struct Health {
    std::int64_t row = 0;      ///< failures without a report, and nothing else since
    std::int64_t running = 0;  ///< attempts
    std::int64_t excused = 0;  ///< attempts that ran when the row began
    bool reported = false;
    std::string last;
  };

  const Health& health(RankId rank) const;
  void end(Health& health, const Outcome& outcome);
  void work(Health& health);

  std::int32_t patience_;
  std::vector<Health> ranks_;
  std::set<TrialId> at_rest_;   ///< parked, and nothing runs
  std::int64_t good_ = 0;       ///< trials that ended otherwise
  std::int64_t reporters_ = 0;  ///< ranks that have reported: of their trials one at least did
  std::int64_t failed_ = 0;     ///< silent failures of rows that are over
};

}  // namespace evolt
