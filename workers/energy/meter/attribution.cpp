#include "workers/energy/meter/attribution.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace evolt {
namespace {

/// Processor time of everybody in a segment.
struct Load {
  std::vector<double> shares;      // likely, of all that was busy
  std::vector<Interval> possible;  // shares, as exact as the times are
  double other = 0;                // likely share of processes that are no trials
  double nobody = 0;               // 1: nobody was seen to work
};

Load load_of(const SharedSegment& segment, std::span<const TrialLoad> loads) {
  Load load;
  double known = 0;
  double least = 0;
  double unknown_reserved = 0;
  bool all_known = true;
  for (const TrialLoad& trial : loads) {
    if (trial.cpu) {
      known += (trial.cpu->lower + trial.cpu->upper) / 2;
      least += trial.cpu->lower;
    } else {
      all_known = false;
      unknown_reserved += trial.reserved * trial.present;
    }
  }
  const double seen = (segment.busy.lower + segment.busy.upper) / 2;
  const double busy = std::max(seen, known);
  const double rest = busy - known;
  const double most = std::max(segment.busy.upper, least);
  for (const TrialLoad& trial : loads) {
    if (!trial.cpu) {
      // Of what nobody accounts for, by what was reserved; there is no better guess.
      const double share = unknown_reserved > 0 ? trial.reserved * trial.present / unknown_reserved
                                                : 1.0 / static_cast<double>(loads.size());
      load.shares.push_back(busy > 0 ? rest / busy * share : 0);
      load.possible.push_back({0, 1});
      continue;
    }
    const double own = (trial.cpu->lower + trial.cpu->upper) / 2;
    load.shares.push_back(busy > 0 ? own / busy : 0);
    if (most <= 0) {
      load.possible.push_back({0, 1});
      continue;
    }
    // Others use at least what they were seen to use, at most what the host has left.
    const double others_least =
        std::max(least - trial.cpu->lower, segment.busy.lower - trial.cpu->upper);
    const double top = trial.cpu->upper + std::max(0.0, others_least);
    load.possible.push_back({std::min(1.0, trial.cpu->lower / most),
                             top > 0 ? std::min(1.0, trial.cpu->upper / top) : 1.0});
  }
  load.other = busy > 0 && all_known ? rest / busy : 0;
  load.nobody = busy > 0 ? 0 : 1;
  return load;
}

/// Share of the idle power for each trial; they add up to at most 1.
std::vector<double> idle_weights(IdlePolicy policy, std::span<const TrialLoad> loads,
                                 const Load& load) {
  std::vector<double> weights(loads.size(), 0.0);
  double present = 0;
  for (const TrialLoad& trial : loads) {
    present += trial.present;
  }
  for (std::size_t i = 0; i < loads.size(); ++i) {
    switch (policy) {
      case IdlePolicy::reserved:
        weights[i] = loads[i].reserved * loads[i].present;
        break;
      case IdlePolicy::equal:
        weights[i] = present > 0 ? loads[i].present / std::max(1.0, present) : 0;
        break;
      case IdlePolicy::busy:
        weights[i] = load.shares[i];
        break;
      case IdlePolicy::none:
        break;
      case IdlePolicy::exclusive:
        weights[i] = loads.size() == 1 ? loads[i].present : 0;
        break;
    }
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum > 1) {
    for (double& weight : weights) {
      weight /= sum;
    }
  }
  return weights;
}

/// The idle energy of a segment: the likely one of what was counted, where that of the counted
/// energy may lie, and where the true one does.
struct IdleEnergy {
  double likely = 0;
  Interval counted;
  Interval truth;
  bool surely_above = false;  // all that was used was more than that
};

IdleEnergy idle_energy(const SharedSegment& segment) {
  const double joules = segment.joules;
  const double least = std::max(0.0, joules + segment.error.lower);
  const double most = std::max(0.0, joules + segment.error.upper);
  if (!segment.idle) {
    return {.counted = {0, joules}, .truth = {0, most}};
  }
  const auto energy = [&](double watts) { return std::min(joules, watts * segment.time.value); };
  const Interval all = segment.time.value * segment.idle->watts;
  const Interval truth{std::min(least, all.lower), std::min(most, all.upper)};
  return {.likely = energy(segment.idle->likely.value),
          .counted = {energy(segment.idle->watts.lower), energy(segment.idle->watts.upper)},
          .truth = truth,
          .surely_above = truth.upper < least};
}

/// Part of a trial of which `dynamic` is the share above the idle energy, `weight` of it.
Interval part_bounds(double joules, Interval idle, Interval dynamic, double weight) {
  Interval all{INFINITY, -INFINITY};
  for (const double bottom : {idle.lower, idle.upper}) {
    for (const double share : {dynamic.lower, dynamic.upper}) {
      const double part = share * (joules - bottom) + weight * bottom;
      all = {std::min(all.lower, part), std::max(all.upper, part)};
    }
  }
  return all;
}

/// Nothing may be lost or made when energy is divided.
[[maybe_unused]] bool adds_up(const DividedSegment& divided, double joules) {
  double sum = divided.other + divided.idle;
  for (const TrialPart& part : divided.trials) {
    sum += part.joules;
  }
  return std::abs(joules - sum) <= 1e-9 * std::max(1.0, joules);
}

}  // namespace

Interval dynamic_share(double s, double ratio) {
  assert(s >= 0 && s <= 1 && ratio >= 1);
  return {s / (s + (1 - s) * ratio), s * ratio / (s * ratio + 1 - s)};
}

DividedSegment divide_by_cpu(const SharedSegment& segment, std::span<const TrialLoad> loads) {
  const Load load = load_of(segment, loads);
  const std::vector<double> weights = idle_weights(segment.policy, loads, load);
  const double joules = segment.joules;
  const IdleEnergy idle = idle_energy(segment);
  const double bottom = idle.likely;
  DividedSegment divided;
  double weighted = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const Interval dynamic{dynamic_share(load.possible[i].lower, segment.ratio).lower,
                           dynamic_share(load.possible[i].upper, segment.ratio).upper};
    TrialPart part;
    part.joules = load.shares[i] * (joules - bottom) + weights[i] * bottom;
    part.bounds =
        hull(part_bounds(joules, idle.counted, dynamic, weights[i]), {part.joules, part.joules});
    part.idle = weights[i] * idle.truth;
    // Below its idle energy all of a segment is idle.
    part.slope = idle.surely_above ? dynamic : hull(dynamic, {weights[i], weights[i]});
    divided.trials.push_back(part);
    weighted += weights[i];
  }
  divided.other = load.other * (joules - bottom);
  divided.idle = (1 - weighted) * bottom + load.nobody * (joules - bottom);
  if (segment.policy == IdlePolicy::busy) {
    divided.other += load.other * bottom;
    divided.idle -= load.other * bottom;
  }
  assert(adds_up(divided, joules));
  return divided;
}

DividedSegment divide_device(double joules, std::span<const double> given) {
  DividedSegment divided;
  if (given.empty()) {
    divided.idle = joules;
    return divided;
  }
  if (given.size() == 1) {
    divided.trials.push_back({.joules = joules, .bounds = {joules, joules}, .slope = {1, 1}});
    return divided;
  }
  const double whole = std::max(1.0, std::accumulate(given.begin(), given.end(), 0.0));
  for (const double share : given) {
    divided.trials.push_back(
        {.joules = share / whole * joules, .bounds = {0, joules}, .slope = {0, 1}});
    divided.idle -= share / whole * joules;
  }
  divided.idle = std::max(0.0, divided.idle + joules);
  assert(adds_up(divided, joules));
  return divided;
}

DividedSegment divide_by_use(const SharedSegment& segment, std::span<const DeviceLoad> loads) {
  assert(loads.size() > 1);
  const IdleEnergy idle = idle_energy(segment);
  const double above = segment.joules - idle.likely;
  const double whole =
      std::max(1.0, std::accumulate(loads.begin(), loads.end(), 0.0,
                                    [](double sum, const auto& one) { return sum + one.given; }));
  const auto weight = [&](const DeviceLoad& load) {
    switch (segment.policy) {
      case IdlePolicy::reserved:
        return load.given / whole;
      case IdlePolicy::equal:
        return 1.0 / static_cast<double>(loads.size());
      case IdlePolicy::busy:
        return load.used;
      case IdlePolicy::none:
      case IdlePolicy::exclusive:
        break;
    }
    return 0.0;
  };
  DividedSegment divided;
  double used = 0;
  double weighted = 0;
  for (const DeviceLoad& load : loads) {
    const double own = weight(load);
    const double joules = load.used * above + own * idle.likely;
    divided.trials.push_back(
        {.joules = joules,
         .bounds = hull(part_bounds(segment.joules, idle.counted, {0, 1}, own), {joules, joules}),
         .idle = own * idle.truth,
         .slope = {0, 1}});
    used += load.used;
    weighted += own;
  }
  const double rest = std::max(0.0, 1 - used);
  const bool by_use = segment.policy == IdlePolicy::busy;
  divided.other = rest * (by_use ? segment.joules : above);
  divided.idle = by_use ? 0 : std::max(0.0, 1 - weighted) * idle.likely;
  assert(adds_up(divided, segment.joules));
  return divided;
}

DividedSegment divide_residual(const SharedSegment& segment, std::span<const TrialLoad> loads) {
  const Load load = load_of(segment, loads);
  const std::vector<double> weights = idle_weights(segment.policy, loads, load);
  DividedSegment divided;
  double weighted = 0;
  for (const double weight : weights) {
    const double part = weight * segment.joules;
    divided.trials.push_back(
        {.joules = part, .bounds = {part, part}, .idle = {part, part}, .slope = {weight, weight}});
    weighted += weight;
  }
  divided.idle = (1 - weighted) * segment.joules;
  assert(adds_up(divided, segment.joules));
  return divided;
}

}  // namespace evolt
