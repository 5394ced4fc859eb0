#include "estimators/directions.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace evolt {
namespace {

constexpr double kAugmented = 0.05;

/// All ways to give `left` parts to the values from `at` on.
void add_lattice(std::size_t at, int left, int parts, std::vector<double>& weights,
                 std::vector<std::vector<double>>& all) {
  if (at + 1 == weights.size()) {
    weights[at] = static_cast<double>(left) / parts;
    all.push_back(weights);
    return;
  }
  for (int mine = left; mine >= 0; --mine) {
    weights[at] = static_cast<double>(mine) / parts;
    add_lattice(at + 1, left - mine, parts, weights, all);
  }
}

}  // namespace

std::vector<std::vector<double>> directions(std::size_t values) {
  assert(values >= 2);
  std::vector<std::vector<double>> all;
  std::vector<double> weights(values, 0);
  if (values <= 3) {
    const int parts = values == 2 ? 4 : 2;
    add_lattice(0, parts, parts, weights, all);
    return all;
  }
  for (std::size_t i = 0; i < values; ++i) {
    weights.assign(values, 0);
    weights[i] = 1;
    all.push_back(weights);
  }
  all.emplace_back(values, 1 / static_cast<double>(values));
  return all;
}

ValueScale ValueScale::of(std::span<const double> points, std::size_t values) {
  assert(values > 0 && points.size() >= values);
  ValueScale scale;
  std::vector<double> column;
  for (std::size_t i = 0; i < values; ++i) {
    column.clear();
    for (std::size_t at = i; at < points.size(); at += values) {
      column.push_back(points[at]);
    }
    const auto middle = column.begin() + std::ssize(column) / 2;
    std::nth_element(column.begin(), middle, column.end());
    const double low = *std::min_element(column.begin(), middle + 1);
    scale.low.push_back(low);
    scale.span.push_back(*middle > low ? *middle - low : 1);
  }
  return scale;
}

double ValueScale::distance(std::span<const double> point,
                            std::span<const double> direction) const {
  // Below the best that the scale knows there is no limit: the further the better.
  double most = -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double off = (point[i] - low[i]) / span[i];
    if (direction[i] > 0) {
      most = std::max(most, direction[i] * off);
    }
    sum += off;
  }
  return most + kAugmented * sum;
}

double breadth(std::span<const double> points, const ValueScale& scale,
               std::span<const std::vector<double>> directions) {
  const std::size_t values = scale.low.size();
  const std::size_t count = points.size() / values;
  const std::size_t quarter = std::max<std::size_t>(count / 4, 1);
  std::vector<bool> among(count, false);
  std::vector<std::pair<double, std::size_t>> order(count);
  for (const std::vector<double>& direction : directions) {
    for (std::size_t i = 0; i < count; ++i) {
      order[i] = {scale.distance(points.subspan(i * values, values), direction), i};
    }
    const auto last = order.begin() + static_cast<std::ptrdiff_t>(quarter);
    std::nth_element(order.begin(), last - 1, order.end());
    std::for_each(order.begin(), last, [&](const auto& one) { among[one.second] = true; });
  }
  return static_cast<double>(std::count(among.begin(), among.end(), true)) /
         static_cast<double>(quarter);
}

}  // namespace evolt
