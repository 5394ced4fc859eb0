#include "estimators/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace evolt {

void History::add(const TrialId& trial, CurvePoint point) {
  const auto [at, fresh] = index_.try_emplace(trial, records_.size());
  if (fresh) {
    records_.push_back({.curve = {.trial = trial}});
  }
  Record& record = records_[at->second];
  auto& points = record.curve.points;
  if (!points.empty() && point.step <= points.back().step) {
    return;
  }
  const double before =
      record.best.empty() ? std::numeric_limits<double>::infinity() : record.best.back();
  const double best = std::isfinite(point.value) ? std::min(before, point.value) : before;
  if (std::isfinite(best)) {
    // The indexed steps that this report is the first to reach.
    auto reached = points.empty() ? ranked_.begin() : ranked_.upper_bound(points.back().step);
    for (; reached != ranked_.end() && reached->first <= point.step; ++reached) {
      reached->second.insert(best);
    }
  }
  points.push_back(point);
  record.best.push_back(best);
}

void History::end(const TrialId& trial, Ending ending) {
  if (const auto at = index_.find(trial); at != index_.end()) {
    records_[at->second].ending = ending;
  }
}

const History::Record* History::record(const TrialId& trial) const {
  const auto at = index_.find(trial);
  return at == index_.end() ? nullptr : &records_[at->second];
}

const Curve* History::curve(const TrialId& trial) const {
  const Record* const known = record(trial);
  return known == nullptr ? nullptr : &known->curve;
}

std::optional<Ending> History::ending(const TrialId& trial) const {
  const Record* const known = record(trial);
  return known == nullptr ? std::nullopt : known->ending;
}

std::optional<double> History::best_at(const Record& record, std::int64_t step) {
  const auto& points = record.curve.points;
  const auto at = std::partition_point(points.begin(), points.end(),
                                       [&](const CurvePoint& point) { return point.step < step; });
  if (at == points.end()) {
    return std::nullopt;
  }
  const double best = record.best[static_cast<std::size_t>(at - points.begin())];
  return std::isfinite(best) ? std::optional(best) : std::nullopt;
}

std::optional<double> History::best(const TrialId& trial, std::int64_t step) const {
  const Record* const known = record(trial);
  return known == nullptr ? std::nullopt : best_at(*known, step);
}

const RankedValues& History::ranked(std::int64_t step) const {
  const auto [at, fresh] = ranked_.try_emplace(step);
  if (fresh) {
    for (const Record& record : records_) {
      if (const auto best = best_at(record, step)) {
        at->second.insert(*best);
      }
    }
  }
  return at->second;
}

Place History::place(const TrialId& trial, double value, std::int64_t step) const {
  const RankedValues& all = ranked(step);
  Place place{.better = all.below(value), .peers = all.size()};
  if (const auto own = best(trial, step)) {
    --place.peers;
    place.better -= *own < value ? 1 : 0;
  }
  return place;
}

}  // namespace evolt
