#include "estimators/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace evolt {

bool History::add(const TrialId& trial, CurvePoint point) {
  const auto [at, fresh] = index_.try_emplace(trial, records_.size());
  if (fresh) {
    records_.push_back({.curve = {.trial = trial}});
  }
  Record& record = records_[at->second];
  auto& points = record.curve.points;
  if (!points.empty() && point.step <= points.back().step) {
    return false;
  }
  const double before =
      record.best.empty() ? std::numeric_limits<double>::infinity() : record.best.back();
  const std::int64_t last =
      points.empty() ? std::numeric_limits<std::int64_t>::min() : points.back().step;
  points.push_back(point);
  record.best.push_back(std::isfinite(point.value) ? std::min(before, point.value) : before);
  // The indexed steps that this report is the first to reach.
  for (auto reached = ranked_.upper_bound(last);
       reached != ranked_.end() && reached->first <= point.step; ++reached) {
    for (Ranking& ranking : reached->second) {
      if (const auto value = score_at(record, reached->first, ranking.score)) {
        ranking.values.insert(*value);
      }
    }
  }
  for (auto reached = links_.upper_bound(last);
       reached != links_.end() && reached->first <= point.step; ++reached) {
    for (Link& link : reached->second) {
      learn(link, record, reached->first);
    }
  }
  return true;
}

std::vector<const Curve*> History::newest(std::size_t most) const {
  std::vector<const Curve*> curves;
  for (std::size_t i = records_.size() - std::min(most, records_.size()); i < records_.size();
       ++i) {
    curves.push_back(&records_[i].curve);
  }
  return curves;
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

std::optional<double> History::score_at(const Record& record, std::int64_t step,
                                        const Score& score) {
  const auto& points = record.curve.points;
  const auto at = std::partition_point(points.begin(), points.end(),
                                       [&](const CurvePoint& point) { return point.step < step; });
  if (at == points.end()) {
    return std::nullopt;
  }
  const auto newest = static_cast<std::size_t>(at - points.begin());
  if (score == kBest) {
    const double best = record.best[newest];
    return std::isfinite(best) ? std::optional(best) : std::nullopt;
  }
  return value_of(score, std::span(points).first(newest + 1));
}

std::optional<double> History::best(const TrialId& trial, std::int64_t step) const {
  return at(trial, step, kBest);
}

std::optional<double> History::at(const TrialId& trial, std::int64_t step,
                                  const Score& score) const {
  const Record* const known = record(trial);
  return known == nullptr ? std::nullopt : score_at(*known, step, score);
}

const RankedValues& History::ranked(std::int64_t step, const Score& score) const {
  std::vector<Ranking>& rankings = ranked_[step];
  const auto known = std::find_if(rankings.begin(), rankings.end(),
                                  [&](const Ranking& ranking) { return ranking.score == score; });
  if (known != rankings.end()) {
    return known->values;
  }
  Ranking& fresh = rankings.emplace_back(Ranking{score, {}});
  for (const Record& record : records_) {
    if (const auto value = score_at(record, step, score)) {
      fresh.values.insert(*value);
    }
  }
  return fresh.values;
}

Place History::place(const TrialId& trial, double value, std::int64_t step,
                     const Score& score) const {
  const RankedValues& all = ranked(step, score);
  Place place{.better = all.below(value), .peers = all.size()};
  if (const auto own = at(trial, step, score)) {
    --place.peers;
    place.better -= *own < value ? 1 : 0;
  }
  return place;
}

void History::learn(Link& link, const Record& record, std::int64_t to) {
  const auto early = score_at(record, link.from, link.score);
  const auto late = score_at(record, to, kBest);
  if (early && late) {
    link.agreement.add(*early, *late);
  }
}

const Agreement& History::agreement(const Score& score, std::int64_t from, std::int64_t to) const {
  std::deque<Link>& links = links_[to];
  const auto known = std::find_if(links.begin(), links.end(), [&](const Link& link) {
    return link.from == from && link.score == score;
  });
  if (known != links.end()) {
    return known->agreement;
  }
  Link& fresh = links.emplace_back(Link{score, from, {}});
  for (const Record& record : records_) {
    learn(fresh, record, to);
  }
  return fresh.agreement;
}

}  // namespace evolt
