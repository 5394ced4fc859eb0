#include "estimators/pasha.hpp"

#include "estimators/promotion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr std::size_t kCurves = 32;
constexpr std::size_t kDistances = 256;
constexpr double kQuantile = 0.9;  // Bohdal et al. 2023, section 4.2

/// How far apart two curves are at the last step that both report, where they cross at least twice.
std::optional<double> distance_of_crossing(const Curve& left, const Curve& right) {
  int crossings = 0;
  double before = 0;
  double distance = 0;
  auto other = right.points.begin();
  for (const CurvePoint& point : left.points) {
    while (other != right.points.end() && other->step < point.step) {
      ++other;
    }
    if (other == right.points.end()) {
      break;
    }
    if (other->step != point.step || !std::isfinite(point.value) || !std::isfinite(other->value)) {
      continue;
    }
    const double off = point.value - other->value;
    crossings += off * before < 0 ? 1 : 0;
    before = off != 0 ? off : before;
    distance = std::abs(off);
  }
  return crossings >= 2 ? std::optional(distance) : std::nullopt;
}

}  // namespace

Pasha::Pasha(PashaOptions options)
    : options_(options), rungs_{options.window.min_steps, options.eta} {
  check(rungs_);
}

void Pasha::observe(const Curve& curve, Ending) {
  for (const Curve& other : curves_) {
    if (const auto distance = distance_of_crossing(curve, other)) {
      distances_.push_back(*distance);
    }
  }
  while (distances_.size() > kDistances) {
    distances_.pop_front();
  }
  curves_.push_back(curve);
  if (curves_.size() > kCurves) {
    curves_.pop_front();
  }
  if (!distances_.empty()) {
    std::vector<double> sorted(distances_.begin(), distances_.end());
    std::sort(sorted.begin(), sorted.end());
    const auto at = static_cast<std::size_t>(kQuantile * static_cast<double>(sorted.size() - 1));
    tolerance_ = sorted[at];
  }
}

/// No pair stands clearly the other way round at `next` than at `rung`.
bool Pasha::same_order(const History& history, std::int64_t rung, std::int64_t next) const {
  const auto known = history.agreement(kBest, rung, next).newest();
  std::array<std::pair<double, double>, Agreement::kPartners> pairs{};
  const auto end = std::copy(known.begin(), known.end(), pairs.begin());
  std::sort(pairs.begin(), end);
  double worst = -std::numeric_limits<double>::infinity();
  for (auto at = pairs.begin(); at != end;) {
    // Those that were level below may stand in any order now.
    auto level = at;
    double most = worst;
    for (; level != end && level->first == at->first; ++level) {
      if (worst - level->second > tolerance_) {
        return false;
      }
      most = std::max(most, level->second);
    }
    worst = most;
    at = level;
  }
  return true;
}

std::int64_t Pasha::top(const History& history) const {
  std::int64_t below = rungs_.first;
  std::int64_t top = rungs_.after(below);
  const auto past_the_end = [&](std::int64_t step) {
    return options_.window.steps > 0 ? step >= options_.window.steps : step == rungs_.after(step);
  };
  while (!past_the_end(top) && !same_order(history, below, top)) {
    below = std::exchange(top, rungs_.after(top));
  }
  return top;
}

Verdict Pasha::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  const std::size_t points = curve.points.size();
  const std::int64_t step = curve.points.back().step;
  const std::int64_t rung = rungs_.below(step);
  if (points > 1 && curve.points[points - 2].step >= rung) {
    return {};
  }
  const auto place = history.place(curve, rung);
  if (!place) {
    return {};
  }
  const std::size_t arrived = place->peers + 1;
  const std::size_t pass = one_in(options_.eta, arrived);
  if (place->better < std::min<std::size_t>(pass, 1) || (pass == 0 && !options_.promotes)) {
    return {};
  }
  const bool at_the_top = rung >= top(history);
  const std::size_t allowed = room(arrived, at_the_top);
  if (place->better < allowed) {
    return {};
  }
  Verdict verdict = left_behind(allowed, arrived, step, options_.promotes);
  verdict.reason += at_the_top ? ", the top rung" : "";
  return verdict;
}

std::size_t Pasha::room(std::size_t arrived, bool at_the_top) const {
  const std::size_t pass = one_in(options_.eta, arrived);
  return at_the_top ? std::min<std::size_t>(pass, 1) : pass;
}

std::optional<TrialId> Pasha::resume(const ParkedTrials& parked, const History& history,
                                     bool more) const {
  if (!options_.promotes || parked.empty()) {
    return std::nullopt;
  }
  const std::int64_t highest = top(history);
  return promoted(parked, history, rungs_, kBest, [&](std::int64_t rung, std::size_t arrived) {
    const std::size_t pass = room(arrived, rung >= highest);
    return more ? pass : std::max<std::size_t>(pass, 1);
  });
}

std::optional<std::int64_t> Pasha::goal(std::int64_t step) const {
  return rung_before_the_end(rungs_, step, options_.window.steps);
}

}  // namespace evolt
