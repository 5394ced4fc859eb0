#include "estimators/parked_trials.hpp"

#include <algorithm>

namespace evolt {

void ParkedTrials::add(const TrialId& trial, std::int64_t step, const History& history) {
  remove(trial);
  steps_.emplace(trial, step);
  furthest_ = std::max(furthest_, step);
  for (Order& order : orders_) {
    if (step >= order.rung && step < order.next) {
      order.add(trial, history);
    }
  }
}

void ParkedTrials::remove(const TrialId& trial) {
  if (steps_.erase(trial) > 0) {
    for (Order& order : orders_) {
      order.remove(trial);
    }
  }
}

void ParkedTrials::Order::add(const TrialId& trial, const History& history) {
  auto value = history.at(trial, rung, score);
  if (lacking) {
    value = value ? std::nullopt : history.best(trial, rung);
  }
  if (value) {
    trials.emplace(*value, trial);
    values.emplace(trial, *value);
  }
}

void ParkedTrials::Order::remove(const TrialId& trial) {
  if (const auto at = values.find(trial); at != values.end()) {
    trials.erase({at->second, trial});
    values.erase(at);
  }
}

void ParkedTrials::fill(Order& order, const History& history) const {
  order.scale = history.scale_of(order.rung);
  order.trials.clear();
  order.values.clear();
  for (const auto& [trial, step] : steps_) {
    if (step >= order.rung && step < order.next) {
      order.add(trial, history);
    }
  }
}

std::optional<RankedTrial> ParkedTrials::best(std::int64_t rung, std::int64_t next,
                                              const Score& score, const History& history) const {
  return first({.rung = rung, .next = next, .score = score, .trials = {}, .values = {}}, history);
}

std::optional<RankedTrial> ParkedTrials::best_without(std::int64_t rung, std::int64_t next,
                                                      const Score& score,
                                                      const History& history) const {
  return first(
      {.rung = rung, .next = next, .score = score, .lacking = true, .trials = {}, .values = {}},
      history);
}

std::optional<RankedTrial> ParkedTrials::first(Order question, const History& history) const {
  auto order = std::find_if(orders_.begin(), orders_.end(),
                            [&](const Order& known) { return known.asks(question); });
  if (order == orders_.end()) {
    order = orders_.insert(orders_.end(), std::move(question));
    fill(*order, history);
  } else if (order->scale != history.scale_of(order->rung)) {
    fill(*order, history);
  }
  if (order->trials.empty()) {
    return std::nullopt;
  }
  const auto& [value, trial] = *order->trials.begin();
  return RankedTrial{trial, value};
}

std::optional<TrialId> first_within(const ParkedTrials& parked, const History& history,
                                    std::int64_t rung, std::int64_t next, const Score& score,
                                    std::size_t pass, const Handicap& handicap) {
  const auto belongs = [&](const std::optional<RankedTrial>& contender, const Score& by) {
    if (!contender) {
      return false;
    }
    const auto place = history.place(*history.curve(contender->trial), rung, by);
    return place && (handicap ? handicap(contender->trial, *place) : place->better) < pass;
  };
  for (const Score& directed : history.directed(score)) {
    const auto contender = parked.best(rung, next, directed, history);
    if (belongs(contender, score)) {
      return contender->trial;
    }
  }
  const auto other = parked.best_without(rung, next, score, history);
  return belongs(other, kBest) ? std::optional(other->trial) : std::nullopt;
}

}  // namespace evolt
