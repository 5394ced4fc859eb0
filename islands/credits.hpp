#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace evolt {

/// The trial budget, held by rank 0. A credit is the right to breed one trial; credits are granted
/// in batches that shrink towards the end, so that the budget is met exactly and nobody waits for
/// the slowest. When none is left and somebody asks, the unused ones are called back, from each who
/// holds some, once after each grant.
class CreditBank {
 public:
  /// `total`: credits that were not spent in earlier runs.
  CreditBank(std::int64_t total, std::int32_t ranks) : left_(total), ranks_(ranks) {}

  struct Grant {
    RankId to{};
    std::int64_t credits = 0;
  };
  struct Answer {
    std::vector<Grant> grants;
    std::vector<RankId> recall;  ///< tell these to give back what they have not used
  };

  Answer ask(RankId from, std::int64_t wanted);
  Answer give_back(RankId from, std::int64_t credits);

  /// A trial was bred there: one of its credits is spent.
  void spend(RankId by);

  /// A rank is gone: what it held is free again, and it asks no more.
  Answer lose(RankId rank);

  /// While paused, those who ask wait, and what they hold already is called back.
  Answer pause(bool paused);

  /// At most so many credits are granted until the next call; the answer has those that waited.
  Answer allow(std::int64_t credits);

  /// No further credit is granted (the space is used up); the answer recalls what is held.
  Answer close();

  /// Whether nothing is left to grant and every credit granted was spent or has come back.
  bool settled() const { return left_ == 0 && granted_.empty(); }

  std::int64_t left() const { return left_; }

  /// Credits that ranks hold and have not spent.
  std::int64_t granted() const;

  /// Who has asked and got none yet.
  std::vector<RankId> waiting() const;

 private:
  void serve(Answer& answer);
  void take_back(RankId from, std::int64_t credits);
  void recall(Answer& answer);

  std::int64_t left_;
  std::int64_t allowed_ = std::numeric_limits<std::int64_t>::max();
  struct Held {
    std::int64_t credits = 0;  ///< above 0
    bool recalled = false;     ///< since the last grant
  };
  std::map<RankId, Held> granted_;  ///< and not spent
  std::int32_t ranks_;
  bool closed_ = false;
  bool paused_ = false;
  std::deque<std::pair<RankId, std::int64_t>> hungry_;
};

/// One rank's credits. While grants come in full it asks as soon as less than a round of slots is
/// left, so that a freed slot need not wait for the answer. When one came short the budget nears
/// its end: then only who starves asks, for an ask may call back what others hold.
class CreditPurse {
 public:
  /// True when a credit was there, and is now spent.
  bool spend();

  /// How many to ask for, given the free and all slots; 0 when an ask is still open or not needed.
  std::int64_t needed(std::int64_t free_slots, std::int64_t slots) const;

  /// An ask for so many is on its way.
  void asked(std::int64_t wanted);

  void receive(std::int64_t credits);

  /// Everything unspent; the purse is empty afterwards.
  std::int64_t empty();

  std::int64_t credits() const { return credits_; }

 private:
  std::int64_t credits_ = 0;
  std::int64_t asked_ = 0;
  bool open_ = false;
  bool ample_ = false;  ///< the last grant came in full
};

}  // namespace evolt
