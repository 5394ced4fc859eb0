#pragma once

#include "estimators/catalogue.hpp"
#include "islands/rank.hpp"
#include "propagator/catalogue.hpp"

#include <functional>
#include <utility>
#include <variant>
#include <vector>

namespace evolt::test {

/// One rank with one slot, and what it did.
struct LoneRank {
  explicit LoneRank(
      std::int64_t credits = 20,
      std::vector<Parameter> parameters = {{"x", FloatDomain{.low = 0, .high = 1}, {}}},
      const std::function<void(RankPlan&)>& change = [](RankPlan&) {})
      : encoding(SearchSpace(std::move(parameters))),
        rank(changed(plan(credits), change), encoding, clock) {
    rank.begin();
    collect();
  }

  RankPlan plan(std::int64_t credits) const {
    return RankPlan{.self = RankId{0},
                    .slots = 1,
                    .credits = credits,
                    .attempts = 2,
                    .give_up_after = 3,
                    .fidelity = Fidelity{"epoch", 5},
                    .objective = Objective(ObjectiveOptions{.names = {"acc"}, .maximized = 1}),
                    .estimator = make_estimator("none", {}),
                    .outlook = Outlook::of_metric("acc", true),
                    .topology = make_topology("ring", {}),
                    .propagators = {make_propagator("random", encoding)}};
  }

  static RankPlan changed(RankPlan plan, const std::function<void(RankPlan&)>& change) {
    change(plan);
    return plan;
  }

  void collect() {
    for (Action& action : rank.take_actions()) {
      if (auto* start = std::get_if<StartAttempt>(&action)) {
        started.push_back(*start);
      } else if (auto* record = std::get_if<RecordEvent>(&action)) {
        events.push_back(record->event);
      } else if (auto* stop = std::get_if<StopAttempt>(&action)) {
        stops.push_back(*stop);
      }
    }
  }

  const StartAttempt& last() const { return started.back(); }

  void end(const Outcome& outcome) {
    rank.on_outcome(last().trial.id, last().attempt.number, outcome);
    collect();
  }

  template <typename T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Event& event : events) {
      if (const auto* what = std::get_if<T>(&event.what)) {
        found.push_back(*what);
      }
    }
    return found;
  }

  ManualClock clock;
  Encoding encoding;
  Rank rank;
  std::vector<StartAttempt> started;
  std::vector<StopAttempt> stops;
  std::vector<Event> events;
};

inline Outcome scored(double accuracy) {
  return Outcome{.metrics = {{"acc", accuracy}}, .steps = 5};
}

}  // namespace evolt::test
