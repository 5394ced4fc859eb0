#include "estimators/score.hpp"

#include "estimators/loss_slope.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace evolt {
namespace {

using Points = std::span<const CurvePoint>;

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> best(Points points) {
  std::optional<double> least;
  for (const CurvePoint& point : points) {
    if (std::isfinite(point.value) && (!least || point.value < *least)) {
      least = point.value;
    }
  }
  return least;
}

/// Each loss after the sum so far was multiplied by `keep`.
std::optional<double> sum_of_losses(Points points, double keep) {
  double sum = 0;
  for (const CurvePoint& point : points) {
    if (!point.loss) {
      return std::nullopt;
    }
    sum = keep * sum + *point.loss;
  }
  return finite(sum);
}

std::optional<double> slope(Points points) {
  std::vector<double> losses;
  losses.reserve(points.size());
  for (const CurvePoint& point : points) {
    if (!point.loss) {
      return std::nullopt;
    }
    losses.push_back(*point.loss);
  }
  return loss_slope(losses);
}

}  // namespace

bool of_loss(const Score& score) {
  return score.kind != Score::Kind::best && score.kind != Score::Kind::last;
}

std::string describe(const Score& score) {
  switch (score.kind) {
    case Score::Kind::best:
      return "best value so far";
    case Score::Kind::last:
      return "newest value";
    case Score::Kind::tse:
      return "sum of training losses";
    case Score::Kind::tse_e:
      return score.parameter <= 1
                 ? "training loss"
                 : absl::StrCat("sum of the last ", score.parameter, " training losses");
    case Score::Kind::tse_ema:
      return "moving average of training losses";
    case Score::Kind::slope:
      return "slope of the training loss";
  }
  return "";
}

std::optional<double> value_of(const Score& score, Points points) {
  if (points.empty()) {
    return std::nullopt;
  }
  switch (score.kind) {
    case Score::Kind::best:
      return best(points);
    case Score::Kind::last:
      return finite(points.back().value);
    case Score::Kind::tse:
      return sum_of_losses(points, 1);
    case Score::Kind::tse_e: {
      const auto window = static_cast<std::size_t>(std::max(1.0, score.parameter));
      return sum_of_losses(points.last(std::min(window, points.size())), 1);
    }
    case Score::Kind::tse_ema:
      return sum_of_losses(points, score.parameter);
    case Score::Kind::slope:
      return slope(points);
  }
  return std::nullopt;
}

}  // namespace evolt
