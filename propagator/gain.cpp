#include "propagator/gain.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

double expected_improvement(double level, double error, double deviation) {
  const double off = level - error;
  if (!(deviation > 0)) {
    return std::max(off, 0.0);
  }
  constexpr double kRootTwo = 1.4142135623730951;
  constexpr double kRootTwoPi = 2.5066282746310002;
  const double z = off / deviation;
  const double below = 0.5 * std::erfc(-z / kRootTwo);
  const double density = std::exp(-0.5 * z * z) / kRootTwoPi;
  return std::max(off * below + deviation * density, 0.0);
}

void CostFront::add(double error, double log_cost) {
  if (!(error < limit_) || !(log_cost < log_limit_) || !std::isfinite(error) ||
      !std::isfinite(log_cost)) {
    return;
  }
  auto at = std::lower_bound(points_.begin(), points_.end(), log_cost,
                             [](const Point& point, double cost) { return point.log_cost < cost; });
  if (at != points_.begin() && std::prev(at)->error <= error) {
    return;
  }
  if (at != points_.end() && at->log_cost == log_cost && at->error <= error) {
    return;
  }
  const auto end =
      std::find_if(at, points_.end(), [&](const Point& point) { return point.error < error; });
  at = points_.erase(at, end);
  points_.insert(at, {log_cost, error});
}

double CostFront::expected_gain(const Prospect& prospect) const {
  double gain = 0;
  double level = limit_;
  double from = prospect.log_cost;
  for (const Point& point : points_) {
    if (point.log_cost > from) {
      gain +=
          (point.log_cost - from) * expected_improvement(level, prospect.error, prospect.deviation);
      from = point.log_cost;
    }
    level = point.error;
  }
  if (log_limit_ > from) {
    gain += (log_limit_ - from) * expected_improvement(level, prospect.error, prospect.deviation);
  }
  return gain;
}

}  // namespace evolt
