#include "propagator/level_margin.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace evolt {
namespace {

double tail_beyond(double x) {
  return std::erfc(x / std::numbers::sqrt2) / 2;
}

}  // namespace

double normal_quantile(double tail) {
  assert(tail > 0 && tail <= 0.5);
  double low = 0;
  double high = 40;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (tail_beyond(middle) > tail ? low : high) = middle;
  }
  return (low + high) / 2;
}

void keep_level_margin(Gaussian& gaussian, std::size_t j, const Axis& axis, double margin) {
  const double mean = gaussian.mean()[j];
  const double deviation = gaussian.deviation(j);
  const std::int64_t level = axis.level(mean);
  const double low = axis.edge(level);
  const double high = axis.edge(level + 1);
  if (level == 0 || level == axis.levels() - 1) {
    const double edge = level == 0 ? high : low;
    const double farthest = deviation * normal_quantile(margin);
    gaussian.shift(j, std::clamp(mean, edge - farthest, edge + farthest));
    return;
  }
  const double below = tail_beyond((mean - low) / deviation);
  const double above = tail_beyond((high - mean) / deviation);
  if (below >= margin / 2 && above >= margin / 2) {
    return;
  }
  const double within = 1 - below - above;
  const double at_least_below = std::max(below, margin / 2);
  const double at_least_above = std::max(above, margin / 2);
  // The three are to sum to 1 again; what is too much comes off those above their least.
  const double excess = (1 - at_least_below - at_least_above - within) /
                        (at_least_below + at_least_above + within - 1.5 * margin);
  const double p_below = at_least_below + excess * (at_least_below - margin / 2);
  const double p_above = at_least_above + excess * (at_least_above - margin / 2);
  const double to_low = normal_quantile(std::clamp(p_below, 1e-12, 0.5));
  const double to_high = normal_quantile(std::clamp(p_above, 1e-12, 0.5));
  if (!(to_low + to_high > 0)) {
    return;
  }
  gaussian.shift(j, (low * to_high + high * to_low) / (to_low + to_high));
  gaussian.widen(j, (high - low) / (to_low + to_high) / deviation);
}

}  // namespace evolt
