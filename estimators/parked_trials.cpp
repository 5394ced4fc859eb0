#include "estimators/parked_trials.hpp"

#include <algorithm>

namespace evolt {

void ParkedTrials::add(const TrialId& trial, std::int64_t step, const History& history) {
  remove(trial, history);
  steps_.emplace(trial, step);
  furthest_ = std::max(furthest_, step);
  for (Order& order : orders_) {
    if (step >= order.rung && step < order.next) {
      if (const auto value = history.at(trial, order.rung, order.score)) {
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
    if (const auto value = history.at(trial, order.rung, order.score)) {
      order.trials.erase({*value, trial});
    }
  }
  steps_.erase(at);
}

std::optional<RankedTrial> ParkedTrials::best(std::int64_t rung, std::int64_t next,
                                              const Score& score, const History& history) const {
  auto order = std::find_if(orders_.begin(), orders_.end(), [&](const Order& known) {
    return known.rung == rung && known.next == next && known.score == score;
  });
  if (order == orders_.end()) {
    order = orders_.insert(orders_.end(), Order{rung, next, score, {}});
    for (const auto& [trial, step] : steps_) {
      if (step >= rung && step < next) {
        if (const auto value = history.at(trial, rung, score)) {
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

}  // namespace evolt
