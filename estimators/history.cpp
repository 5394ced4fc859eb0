#include "estimators/history.hpp"

#include <algorithm>
#include <cassert>
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
  if (records_.size() == 1 && points.empty() && !point.others.empty()) {
    values_ = point.others.size() + 1;
    directions_ = directions(values_);
  }
  if (point.others.size() + 1 != values_) {
    return false;
  }
  const std::int64_t last =
      points.empty() ? std::numeric_limits<std::int64_t>::min() : points.back().step;
  for (std::size_t i = 0; i < values_; ++i) {
    const double value = i == 0 ? point.value : point.others[i - 1];
    const double before = points.empty() ? std::numeric_limits<double>::infinity()
                                         : record.best[(points.size() - 1) * values_ + i];
    record.best.push_back(std::isfinite(value) ? std::min(before, value) : before);
  }
  points.push_back(point);
  if (values_ > 1 && point.others.back() == 0 && std::isfinite(point.value)) {
    least_met_ = std::min(least_met_.value_or(point.value), point.value);
  }
  // The indexed steps that this report is the first to reach.
  for (auto reached = scales_.upper_bound(last);
       reached != scales_.end() && reached->first <= point.step; ++reached) {
    take_in(reached->second, record, points.size() - 1);
    if (++reached->second.arrived >= 2 * reached->second.made_of) {
      rescale(reached->first, reached->second);
      std::erase_if(ranked_[reached->first],
                    [](const Ranking& ranking) { return ranking.score.direction > 0; });
    }
  }
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

std::optional<std::size_t> History::first_at(const Curve& curve, std::int64_t step) {
  const auto& points = curve.points;
  const auto at = std::partition_point(points.begin(), points.end(),
                                       [&](const CurvePoint& point) { return point.step < step; });
  return at == points.end() ? std::nullopt
                            : std::optional(static_cast<std::size_t>(at - points.begin()));
}

/// Empty where one of them is not finite, or the score does not look at them.
std::vector<double> History::all_values(const Record& record, std::size_t point,
                                        const Score& score) const {
  if (of_loss(score)) {
    return {};
  }
  std::vector<double> values(values_);
  for (std::size_t i = 0; i < values_; ++i) {
    const CurvePoint& newest = record.curve.points[point];
    values[i] = score.kind == Score::Kind::best ? record.best[point * values_ + i]
                : i == 0                        ? newest.value
                                                : newest.others[i - 1];
    if (!std::isfinite(values[i])) {
      return {};
    }
  }
  return values;
}

std::optional<double> History::score_at(const Record& record, std::int64_t step,
                                        const Score& score) const {
  const auto newest = first_at(record.curve, step);
  if (!newest) {
    return std::nullopt;
  }
  if (score.direction > 0) {
    const std::vector<double> values = all_values(record, *newest, score);
    return values.empty() ? std::nullopt
                          : std::optional(scale(step).scale.distance(
                                values, directions_[score.direction - 1U]));
  }
  if (score.kind == Score::Kind::best) {
    const double best = record.best[*newest * values_ + score.value];
    return std::isfinite(best) ? std::optional(best) : std::nullopt;
  }
  if (score.value > 0) {
    const double last = record.curve.points[*newest].others[score.value - 1U];
    return std::isfinite(last) ? std::optional(last) : std::nullopt;
  }
  return value_of(score, std::span(record.curve.points).first(*newest + 1));
}

const History::Scale& History::scale(std::int64_t step) const {
  const auto [at, fresh] = scales_.try_emplace(step);
  if (fresh) {
    for (const Record& record : records_) {
      if (const auto point = first_at(record.curve, step)) {
        ++at->second.arrived;
        take_in(at->second, record, *point);
      }
    }
    rescale(step, at->second);
  }
  return at->second;
}

void History::rescale(std::int64_t step, Scale& scale) const {
  std::vector<double> values;
  for (const Record& record : records_) {
    if (const auto point = first_at(record.curve, step)) {
      const std::vector<double> mine = all_values(record, *point, kBest);
      values.insert(values.end(), mine.begin(), mine.end());
    }
  }
  if (values.empty()) {
    values.assign(values_, 0);
  }
  scale.made_of = std::max<std::size_t>(scale.arrived, 1);
  scale.scale = ValueScale::of(values, values_);
  scale.breadth = breadth(values, scale.scale, directions_);
}

/// Of a record that came to the scale's step, with that point.
void History::take_in(Scale& scale, const Record& record, std::size_t point) const {
  const std::vector<double> mine = all_values(record, point, kBest);
  if (mine.empty()) {
    return;
  }
  scale.sum.resize(values_);
  for (std::size_t i = 0; i < values_; ++i) {
    scale.sum[i] += mine[i];
  }
  ++scale.summed;
}

std::optional<double> History::mean(std::int64_t step, std::size_t value) const {
  assert(values_ > 1 && value < values_);
  const Scale& known = scale(step);
  return known.summed > 0 ? std::optional(known.sum[value] / static_cast<double>(known.summed))
                          : std::nullopt;
}

std::size_t History::scale_of(std::int64_t step) const {
  return values_ > 1 ? scale(step).made_of : 0;
}

std::vector<Score> History::directed(const Score& score) const {
  if (values_ == 1 || of_loss(score)) {
    return {score};
  }
  std::vector<Score> all(directions_.size(), score);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].direction = static_cast<std::uint8_t>(i + 1);
  }
  return all;
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

std::optional<Place> History::place(const Curve& curve, std::int64_t step,
                                    const Score& score) const {
  const Record* const known = record(curve.trial);
  const bool came = known != nullptr && first_at(known->curve, step);
  const auto stand = [&](const Score& each) -> std::optional<Place> {
    std::optional<double> value;
    if (came) {
      value = score_at(*known, step, each);
    } else if (each.direction == 0) {
      const std::size_t count = first_at(curve, step).value_or(curve.points.size() - 1) + 1;
      value = value_of(each, std::span(curve.points).first(count));
    }
    return value ? std::optional(place(curve.trial, *value, step, each)) : std::nullopt;
  };
  if (values_ == 1 || of_loss(score)) {
    return stand(score);
  }
  std::optional<Place> best;
  const std::vector<Score> all = directed(score);
  for (const Score& each : all) {
    const auto mine = stand(each);
    if (mine && (!best || mine->better < best->better)) {
      best = mine;
    }
  }
  if (best) {
    const double wider = static_cast<double>(best->better) * scale(step).breadth;
    best->better = std::min(static_cast<std::size_t>(std::lround(wider)), best->peers);
  }
  return best;
}

void History::learn(Link& link, const Record& record, std::int64_t to) const {
  const auto early = score_at(record, link.from, link.score);
  const auto late =
      score_at(record, to, Score{.kind = Score::Kind::best, .value = link.score.value});
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
