#pragma once

#include "core/event.hpp"
#include "core/ids.hpp"
#include "core/message.hpp"
#include "core/trial.hpp"

#include <map>
#include <vector>

namespace evolt {

/// What rank 0 keeps of the trials of other ranks that have not ended, so that those of a rank that
/// dies can be run again elsewhere. Bounded by what runs.
class Wards {
 public:
  struct Ward {
    Retry retry;  ///< as it would be run again now
    RankId at{};  ///< who has it
    bool running = false;
    Usage usage;  ///< of the running attempt, as far as it was told
  };

  /// `continues`: attempts of a trial go on from each other.
  explicit Wards(bool continues) : continues_(continues) {}

  /// A trial that an earlier start left is given to a rank.
  void entrust(RankId to, const Retry& retry);

  /// A trial is in rank 0's own hands now.
  void release(const TrialId& trial) { wards_.erase(trial); }

  /// Follows an event that `from` saw.
  void note(RankId from, const Event& event);

  /// Those of a rank that is lost; the loss counts against each that ran.
  std::vector<Ward> orphan(RankId lost);

 private:
  void add_use(Retry& retry, const Usage& usage) const;

  bool continues_;
  std::map<TrialId, Ward> wards_;
};

}  // namespace evolt
