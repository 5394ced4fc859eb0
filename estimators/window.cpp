#include "estimators/window.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace evolt {

std::optional<Verdict> settled(const Curve& curve, const Window& window) {
  if (curve.points.empty()) {
    return Verdict{};
  }
  const CurvePoint& newest = curve.points.back();
  if (newest.step < window.min_steps || (window.steps > 0 && newest.step >= window.steps)) {
    return Verdict{};
  }
  if (!std::isfinite(newest.value)) {
    return Verdict{.decision = Verdict::Decision::stop,
                   .reason = absl::StrCat("not finite at step ", newest.step)};
  }
  return std::nullopt;
}

double best_of_first(const Curve& curve, std::size_t count, const History& history) {
  if (count == 0) {
    return std::numeric_limits<double>::infinity();
  }
  if (const auto known = history.best(curve.trial, curve.points[count - 1].step)) {
    return *known;
  }
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isfinite(curve.points[i].value)) {
      best = std::min(best, curve.points[i].value);
    }
  }
  return best;
}

std::int64_t grid_step(std::int64_t step) {
  if (step < 128) {
    return step;
  }
  const int shift = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(step))) - 7;
  return (step >> shift) << shift;
}

}  // namespace evolt
