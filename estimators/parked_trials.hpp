#pragma once

#include "core/ids.hpp"
#include "estimators/history.hpp"
#include "estimators/score.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace evolt {

/// A trial and its score.
struct RankedTrial {
  TrialId trial;
  double value = 0;
};

/// The trials that a rank has parked: they can go on from where they are, or be ended. Thread:
/// loop.
class ParkedTrials {
 public:
  /// `step`: the last that it reported.
  void add(const TrialId& trial, std::int64_t step, const History& history);

  /// Nothing happens for one that is not parked.
  void remove(const TrialId& trial);

  std::size_t size() const { return steps_.size(); }
  bool empty() const { return steps_.empty(); }

  /// The highest step that any ever parked trial had reported; 0 before the first.
  std::int64_t furthest() const { return furthest_; }

  /// Of those whose last step is `rung` or later but before `next`, the one with the smallest score
  /// at `rung`; of equals, the one bred first. Those without a score do not count. Cost: the first
  /// question about a rung and score O(n log n), then O(1).
  std::optional<RankedTrial> best(std::int64_t rung, std::int64_t next, const Score& score,
                                  const History& history) const;

  /// The same among those that lack `score` at `rung`: the one with the smallest best value there.
  std::optional<RankedTrial> best_without(std::int64_t rung, std::int64_t next, const Score& score,
                                          const History& history) const;

 private:
  struct Order {
    std::int64_t rung = 0;
    std::int64_t next = 0;
    Score score;
    bool lacking = false;   ///< holds those without the score, by their best value
    std::size_t scale = 0;  ///< History::scale_of(rung) that the values belong to
    std::set<std::pair<double, TrialId>> trials;
    absl::flat_hash_map<TrialId, double> values;

    bool asks(const Order& other) const {
      return rung == other.rung && next == other.next && score == other.score &&
             lacking == other.lacking;
    }
    void add(const TrialId& trial, const History& history);
    void remove(const TrialId& trial);
  };

  std::optional<RankedTrial> first(Order question, const History& history) const;
  void fill(Order& order, const History& history) const;

  absl::flat_hash_map<TrialId, std::int64_t> steps_;
  std::int64_t furthest_ = 0;
  mutable std::deque<Order> orders_;  ///< one for each question ever asked: a few
};

/// Where a trial counts as standing that has this place.
using Handicap = std::function<std::size_t(const TrialId&, const Place&)>;

/// Of the parked trials that came to `rung` and not to `next`, the best one at `rung` where fewer
/// than `pass` of all trials stand before it there. Those without the score are ranked by their
/// best value, after those that have it. `handicap`: what counts instead of Place::better; empty:
/// that itself. Cost: as ParkedTrials::best() and History::place().
std::optional<TrialId> first_within(const ParkedTrials& parked, const History& history,
                                    std::int64_t rung, std::int64_t next, const Score& score,
                                    std::size_t pass, const Handicap& handicap = {});

}  // namespace evolt
