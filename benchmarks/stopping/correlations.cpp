#include "benchmarks/stopping/correlations.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>

namespace evolt {
namespace {

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) {
      ++end;
    }
    for (std::size_t k = i; k < end; ++k) {
      ranks[order[k]] = static_cast<double>(i + end - 1) / 2;
    }
    i = end;
  }
  return ranks;
}

double or_last(std::optional<double> value) {
  return value && std::isfinite(*value) ? *value : std::numeric_limits<double>::infinity();
}

}  // namespace

double spearman(std::span<const double> left, std::span<const double> right) {
  assert(left.size() == right.size());
  const std::vector<double> x = ranks(left);
  const std::vector<double> y = ranks(right);
  const double middle = (static_cast<double>(x.size()) - 1) / 2;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - middle) * (x[i] - middle);
    yy += (y[i] - middle) * (y[i] - middle);
    xy += (x[i] - middle) * (y[i] - middle);
  }
  return xy / std::sqrt(xx * yy);
}

const std::vector<NamedScore>& compared_scores() {
  static const std::vector<NamedScore> kScores = {
      {"TSE", {Score::Kind::tse, 0}},
      {"TSE-E, E=1", kLoss},
      {"TSE-E, E=10 %", {Score::Kind::tse_e, 1}, 0.1},
      {"TSE-E, E=5", {Score::Kind::tse_e, 5}},
      {"TSE-EMA 0.9", {Score::Kind::tse_ema, 0.9}},
      {"TSE-EMA 0.99", {Score::Kind::tse_ema, 0.99}},
      {"TSE-EMA 0.999", {Score::Kind::tse_ema, 0.999}},
      {"newest value", kLast},
      {"best value", kBest},
      {"LCGA", {Score::Kind::slope, 0}},
  };
  return kScores;
}

std::array<double, kShares.size()> correlations(const CurveTable& table, const NamedScore& score) {
  std::vector<double> last;
  for (const Curve& curve : table.curves) {
    const bool whole = !curve.points.empty() && curve.points.back().step == table.epochs;
    last.push_back(or_last(whole ? std::optional(curve.points.back().value) : std::nullopt));
  }
  std::array<double, kShares.size()> all{};
  for (std::size_t i = 0; i < kShares.size(); ++i) {
    // 0.3 * 50 must not be 14.
    const double exact = kShares[i] * static_cast<double>(table.epochs) + 1e-9;
    const auto epoch = std::max<std::int64_t>(static_cast<std::int64_t>(exact), 1);
    Score asked = score.score;
    if (score.window_share > 0) {
      asked.parameter = std::max(1.0, std::floor(score.window_share * static_cast<double>(epoch)));
    }
    std::vector<double> early;
    for (const Curve& curve : table.curves) {
      const auto end =
          std::partition_point(curve.points.begin(), curve.points.end(),
                               [&](const CurvePoint& point) { return point.step <= epoch; });
      const auto points =
          std::span(curve.points).first(static_cast<std::size_t>(end - curve.points.begin()));
      early.push_back(or_last(
          !points.empty() && points.back().step == epoch ? value_of(asked, points) : std::nullopt));
    }
    all[i] = spearman(early, last);
  }
  return all;
}

}  // namespace evolt
