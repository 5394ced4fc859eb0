#include "estimators/parked_trials.hpp"

#include <algorithm>

namespace evolt {

void ParkedTrials::add(const TrialId& trial, std::int64_t step, const History& history) {
  remove(trial, history);
  steps_.emplace(trial, step);
  furthest_ = std::max(furthest_, step);
  for (Order& order : orders_) {
    if (step >= order.rung && step < order.next) {
      if (const auto value = order.value(trial, history)) {
        order.trials.emplace(*value, trial);
      }
    }
  }
}

void ParkedTrials::remove(const TrialId& trial, const History& history) {
  const auto at = steps_.find(trial);
  if (at == steps_.end()) {
    return;
  }
  for (Order& order : orders_) {
    if (const auto value = order.value(trial, history)) {
      order.trials.erase({*value, trial});
    }
  }
  steps_.erase(at);
}

std::optional<double> ParkedTrials::Order::value(const TrialId& trial,
                                                 const History& history) const {
  const auto own = history.at(trial, rung, score);
  if (!lacking) {
    return own;
  }
  return own ? std::nullopt : history.best(trial, rung);
}

std::optional<RankedTrial> ParkedTrials::best(std::int64_t rung, std::int64_t next,
                                              const Score& score, const History& history) const {
  return first({.rung = rung, .next = next, .score = score, .trials = {}}, history);
}

std::optional<RankedTrial> ParkedTrials::best_without(std::int64_t rung, std::int64_t next,
                                                      const Score& score,
                                                      const History& history) const {
  return first({.rung = rung, .next = next, .score = score, .lacking = true, .trials = {}},
               history);
}

std::optional<RankedTrial> ParkedTrials::first(Order question, const History& history) const {
  auto order = std::find_if(orders_.begin(), orders_.end(),
                            [&](const Order& known) { return known.asks(question); });
  if (order == orders_.end()) {
    order = orders_.insert(orders_.end(), std::move(question));
    for (const auto& [trial, step] : steps_) {
      if (step >= order->rung && step < order->next) {
        if (const auto value = order->value(trial, history)) {
          order->trials.emplace(*value, trial);
        }
      }
    }
  }
  if (order->trials.empty()) {
    return std::nullopt;
  }
  const auto& [value, trial] = *order->trials.begin();
  return RankedTrial{trial, value};
}

std::optional<TrialId> first_within(const ParkedTrials& parked, const History& history,
                                    std::int64_t rung, std::int64_t next, const Score& score,
                                    std::size_t pass) {
  const auto belongs = [&](const std::optional<RankedTrial>& contender, const Score& by) {
    return contender && history.place(contender->trial, contender->value, rung, by).better < pass;
  };
  const auto contender = parked.best(rung, next, score, history);
  if (belongs(contender, score)) {
    return contender->trial;
  }
  const auto other = parked.best_without(rung, next, score, history);
  return belongs(other, kBest) ? std::optional(other->trial) : std::nullopt;
}

}  // namespace evolt
