#include "benchmarks/search_quality/bbob/gallagher.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kPeaks = 101;

template <typename T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[rng.below(i)]);
  }
}

/// The diagonal of Lambda^alpha / alpha^(1/4), in random order.
Point random_shape(double alpha, std::size_t dimension, Rng& rng) {
  Point shape = conditioning(alpha, dimension);
  for (double& cell : shape) {
    cell /= std::pow(alpha, 0.25);
  }
  shuffle(shape, rng);
  return shape;
}

/// The conditions of the peaks but the first: 1000^(2 j / 99), each once.
std::vector<double> random_conditions(Rng& rng) {
  std::vector<double> alphas(kPeaks - 1);
  for (std::size_t j = 0; j < alphas.size(); ++j) {
    alphas[j] =
        std::pow(1000.0, 2 * static_cast<double>(j) / static_cast<double>(alphas.size() - 1));
  }
  shuffle(alphas, rng);
  return alphas;
}

}  // namespace

Gallagher::Gallagher(std::size_t dimension, Rng& rng) : rotation_(random_rotation(dimension, rng)) {
  const std::vector<double> alphas = random_conditions(rng);
  for (std::size_t i = 0; i < kPeaks; ++i) {
    const double radius = i == 0 ? 4 : 5;
    Point centre(dimension);
    for (double& coordinate : centre) {
      coordinate = rng.uniform(-radius, radius);
    }
    if (i == 0) {
      optimum_ = centre;
    }
    const double height = i == 0 ? 10 : 1.1 + 8 * static_cast<double>(i - 1) / 99;
    peaks_.push_back(
        {height, rotation_ * centre, random_shape(i == 0 ? 1000 : alphas[i - 1], dimension, rng)});
  }
}

double Gallagher::operator()(std::span<const double> x) const {
  const Point rotated = rotation_ * x;
  const double dimension = static_cast<double>(x.size());
  double highest = 0;
  for (const Peak& peak : peaks_) {
    double distance = 0;
    for (std::size_t i = 0; i < rotated.size(); ++i) {
      const double d = rotated[i] - peak.centre[i];
      distance += peak.shape[i] * d * d;
    }
    highest = std::max(highest, peak.height * std::exp(-distance / (2 * dimension)));
  }
  const double deep = oscillate(10 - highest);
  return deep * deep + boundary_penalty(x);
}

}  // namespace evolt
