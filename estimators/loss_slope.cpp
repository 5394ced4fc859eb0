#include "estimators/loss_slope.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace evolt {
namespace {

constexpr std::size_t kBurnIn = 2;
constexpr std::size_t kLeast = kBurnIn + 4;  // one more than the curve has parameters

/// scale / (1 + ratio k) + floor, that is ratio = b2 / b1 and scale = 1 / b1.
struct Fit {
  double ratio = 0;
  double scale = 0;
  double error = std::numeric_limits<double>::infinity();
};

/// The best scale >= 0 and floor >= 0 for one ratio.
Fit fit(std::span<const double> losses, double largest, double ratio) {
  double n = 0;
  double x = 0;
  double xx = 0;
  double y = 0;
  double xy = 0;
  double yy = 0;
  for (std::size_t i = kBurnIn; i < losses.size(); ++i) {
    const double bend = 1 / (1 + ratio * static_cast<double>(i + 1));
    const double loss = losses[i] / largest;
    n += 1;
    x += bend;
    xx += bend * bend;
    y += loss;
    xy += bend * loss;
    yy += loss * loss;
  }
  const double spread = n * xx - x * x;
  double scale = spread > 0 ? std::max((n * xy - x * y) / spread, 0.0) : 0;
  double floor = (y - scale * x) / n;
  if (floor < 0) {
    floor = 0;
    scale = std::max(xy / xx, 0.0);
  }
  const double error = yy - 2 * scale * xy - 2 * floor * y + scale * scale * xx +
                       2 * scale * floor * x + n * floor * floor;
  return {ratio, scale, error};
}

}  // namespace

std::optional<double> loss_slope(std::span<const double> losses) {
  if (losses.size() < kLeast) {
    return std::nullopt;
  }
  double largest = -std::numeric_limits<double>::infinity();
  for (const double loss : losses) {
    if (!std::isfinite(loss)) {
      return std::nullopt;
    }
    largest = std::max(largest, loss);
  }
  if (!(largest > 0)) {
    return std::nullopt;
  }
  // From curves that hardly bend over these reports to those that are over after the first.
  constexpr double kFlat = 0.01;
  constexpr double kFactor = 1.35;
  constexpr int kRatios = 27;  // up to 25
  Fit best;
  double ratio = kFlat;
  for (int i = 0; i < kRatios; ++i) {
    const Fit next = fit(losses, largest, ratio);
    best = next.error < best.error ? next : best;
    ratio *= kFactor;
  }
  double sum = 0;
  for (std::size_t i = kBurnIn; i < losses.size(); ++i) {
    const double bend = 1 / (1 + best.ratio * static_cast<double>(i + 1));
    sum -= best.scale * best.ratio * bend * bend;
  }
  return sum / static_cast<double>(losses.size() - kBurnIn);
}

}  // namespace evolt
