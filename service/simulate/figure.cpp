#include "service/simulate/figure.hpp"

#include "core/rng.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace evolt {
namespace {

constexpr std::size_t kResamples = 2000;

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::vector<double> bootstrapped_means(std::span<const double> values) {
  Rng rng{0x626f6f74, values.size()};
  std::vector<double> means;
  means.reserve(kResamples);
  for (std::size_t i = 0; i < kResamples; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      sum += values[rng.below(values.size())];
    }
    means.push_back(sum / static_cast<double>(values.size()));
  }
  std::sort(means.begin(), means.end());
  return means;
}

/// By linear interpolation between the neighbours.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

std::optional<Figure> make_figure(std::span<const std::optional<double>> values) {
  std::vector<double> known;
  for (const auto& value : values) {
    if (value) {
      known.push_back(*value);
    }
  }
  if (known.empty()) {
    return std::nullopt;
  }
  Figure figure{.reached = static_cast<double>(known.size()) / static_cast<double>(values.size())};
  if (known.size() == values.size()) {
    const std::vector<double> means = bootstrapped_means(known);
    figure.mean = mean_of(known);
    figure.lo = quantile(means, 0.025);
    figure.hi = quantile(means, 0.975);
    if (known.size() == 1) {
      figure.lo = figure.hi = figure.mean;
    }
  }
  known.resize(values.size(), HUGE_VAL);
  if (const double median = median_of(std::move(known)); std::isfinite(median)) {
    figure.median = median;
  }
  return figure;
}

}  // namespace evolt
