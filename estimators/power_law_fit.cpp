#include "estimators/power_law_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace evolt {
namespace {

constexpr std::size_t kAlphas = 8;  // 1/4, 2/4, ..., 8/4
constexpr std::size_t kMost = 64;
constexpr double kLeast = 4;  // one more than there are parameters

using Powers = std::array<double, kAlphas>;

/// t^-1/4 and its powers.
Powers powers(std::int64_t step) {
  Powers all{};
  const double root = 1 / std::sqrt(std::sqrt(static_cast<double>(step)));
  double power = 1;
  for (double& each : all) {
    each = power *= root;
  }
  return all;
}

/// Sums of x = t^-alpha and y, taken from the first point for the sake of precision.
struct Sums {
  double n = 0;
  double y = 0;
  double yy = 0;
  Powers x{};
  Powers xx{};
  Powers xy{};

  void add(const Powers& power, double value) {
    n += 1;
    y += value;
    yy += value * value;
    for (std::size_t i = 0; i < kAlphas; ++i) {
      x[i] += power[i];
      xx[i] += power[i] * power[i];
      xy[i] += power[i] * value;
    }
  }
};

struct Fit {
  Forecast forecast;
  double error = 0;
};

Fit fit(const Sums& sums, std::size_t i, double at) {
  const double mean_x = sums.x[i] / sums.n;
  const double mean_y = sums.y / sums.n;
  const double spread = std::max(sums.xx[i] - sums.n * mean_x * mean_x, 0.0);
  const double both = sums.xy[i] - sums.n * mean_x * mean_y;
  const bool bends = spread > 0 && both > 0;
  const double slope = bends ? both / spread : 0;
  const double error = std::max(sums.yy - sums.n * mean_y * mean_y - slope * both, 0.0);
  const double off = at - mean_x;
  const double share = 1 + 1 / sums.n + (spread > 0 ? off * off / spread : 0);
  // The variance of Student's distribution, which few residuals call for.
  const double freedom = sums.n - kLeast + 1;
  const double tails = freedom > 3 ? freedom / (freedom - 2) : 3;
  return {.forecast = {.value = mean_y + slope * off,
                       .spread = std::sqrt(error / freedom * share * tails)},
          .error = error};
}

}  // namespace

std::optional<Forecast> extrapolate(std::span<const CurvePoint> points, std::int64_t horizon) {
  Sums sums;
  double origin = std::numeric_limits<double>::quiet_NaN();
  for (const CurvePoint& point : points.last(std::min(points.size(), kMost))) {
    if (point.step >= 1 && std::isfinite(point.value)) {
      origin = std::isnan(origin) ? point.value : origin;
      sums.add(powers(point.step), point.value - origin);
    }
  }
  if (sums.n < kLeast || !std::isfinite(sums.yy)) {
    return std::nullopt;
  }
  const Powers at = powers(std::max<std::int64_t>(horizon, 1));
  std::array<Fit, kAlphas> fits;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < kAlphas; ++i) {
    fits[i] = fit(sums, i, at[i]);
    least = std::min(least, fits[i].error);
  }
  // An exact fit would make every other impossible; rounding alone leaves so much.
  const double rounding = 1e-12 * sums.yy + std::numeric_limits<double>::min();
  double weights = 0;
  double mean = 0;
  double square = 0;
  for (const Fit& each : fits) {
    const double ratio = (least + rounding) / (each.error + rounding);
    const double weight = std::exp(0.5 * (sums.n - 2) * std::log(ratio));
    const double off = each.forecast.value - fits.front().forecast.value;
    weights += weight;
    mean += weight * off;
    square += weight * (off * off + each.forecast.spread * each.forecast.spread);
  }
  mean /= weights;
  const double variance = std::max(square / weights - mean * mean, 0.0);
  const Forecast forecast{.value = origin + fits.front().forecast.value + mean,
                          .spread = std::sqrt(variance)};
  return std::isfinite(forecast.value) && std::isfinite(forecast.spread) ? std::optional(forecast)
                                                                         : std::nullopt;
}

}  // namespace evolt
