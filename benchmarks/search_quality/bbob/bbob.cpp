#include "benchmarks/search_quality/bbob/bbob.hpp"

#include "benchmarks/search_quality/bbob/gallagher.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <stdexcept>
#include <string>

namespace evolt {
namespace {

Point uniform_point(double radius, std::size_t dimension, Rng& rng) {
  Point x(dimension);
  for (double& coordinate : x) {
    coordinate = rng.uniform(-radius, radius);
  }
  return x;
}

Point difference(std::span<const double> x, const Point& from) {
  Point d(x.begin(), x.end());
  for (std::size_t i = 0; i < d.size(); ++i) {
    d[i] -= from[i];
  }
  return d;
}

double squared_length(const Point& x) {
  double sum = 0;
  for (const double coordinate : x) {
    sum += coordinate * coordinate;
  }
  return sum;
}

double rastrigin(const Point& z) {
  double cosines = 0;
  for (const double coordinate : z) {
    cosines += std::cos(2 * std::numbers::pi * coordinate);
  }
  return 10 * (static_cast<double>(z.size()) - cosines) + squared_length(z);
}

/// Q Lambda^10 R, the mapping of f6 and f13.
Matrix conditioned_rotation(std::size_t dimension, Rng& rng) {
  const Matrix r = random_rotation(dimension, rng);
  const Matrix q = random_rotation(dimension, rng);
  return q * scale_rows(conditioning(10, dimension), r);
}

BbobFunction sphere(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(4, dimension, rng);
  return {at, [at](std::span<const double> x) { return squared_length(difference(x, at)); }};
}

BbobFunction separable_rastrigin(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(4, dimension, rng);
  return {at, [at, lambda = conditioning(10, dimension)](std::span<const double> x) {
            Point z = difference(x, at);
            oscillate(z);
            break_symmetry(0.2, z);
            for (std::size_t i = 0; i < z.size(); ++i) {
              z[i] *= lambda[i];
            }
            return rastrigin(z);
          }};
}

BbobFunction attractive_sector(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(4, dimension, rng);
  return {at, [at, map = conditioned_rotation(dimension, rng)](std::span<const double> x) {
            const Point z = map * difference(x, at);
            double sum = 0;
            for (std::size_t i = 0; i < z.size(); ++i) {
              const double weighed = z[i] * at[i] > 0 ? 100 * z[i] : z[i];
              sum += weighed * weighed;
            }
            return std::pow(oscillate(sum), 0.9);
          }};
}

BbobFunction rosenbrock(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(3, dimension, rng);
  return {at, [at](std::span<const double> x) {
            const double stretch = std::max(1.0, std::sqrt(static_cast<double>(at.size())) / 8);
            Point z = difference(x, at);
            for (double& coordinate : z) {
              coordinate = stretch * coordinate + 1;
            }
            double sum = 0;
            for (std::size_t i = 0; i + 1 < z.size(); ++i) {
              const double valley = z[i] * z[i] - z[i + 1];
              sum += 100 * valley * valley + (z[i] - 1) * (z[i] - 1);
            }
            return sum;
          }};
}

BbobFunction rotated_ellipsoid(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(4, dimension, rng);
  // The weights of the sum are 10^(6 i / (D - 1)), which is the diagonal of Lambda^(10^12).
  return {at, [at, r = random_rotation(dimension, rng),
               weights = conditioning(1e12, dimension)](std::span<const double> x) {
            Point z = r * difference(x, at);
            oscillate(z);
            double sum = 0;
            for (std::size_t i = 0; i < z.size(); ++i) {
              sum += weights[i] * z[i] * z[i];
            }
            return sum;
          }};
}

BbobFunction sharp_ridge(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(4, dimension, rng);
  return {at, [at, map = conditioned_rotation(dimension, rng)](std::span<const double> x) {
            const Point z = map * difference(x, at);
            const double along = z[0] * z[0];
            return along + 100 * std::sqrt(std::max(0.0, squared_length(z) - along));
          }};
}

BbobFunction rotated_rastrigin(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(4, dimension, rng);
  const Matrix r = random_rotation(dimension, rng);
  const Matrix q = random_rotation(dimension, rng);
  return {at,
          [at, r, map = r * scale_rows(conditioning(10, dimension), q)](std::span<const double> x) {
            Point z = r * difference(x, at);
            oscillate(z);
            break_symmetry(0.2, z);
            return rastrigin(map * z);
          }};
}

BbobFunction schaffers_f7(std::size_t dimension, Rng& rng) {
  const Point at = uniform_point(4, dimension, rng);
  const Matrix r = random_rotation(dimension, rng);
  const Matrix q = random_rotation(dimension, rng);
  return {at, [at, r, map = scale_rows(conditioning(10, dimension), q)](std::span<const double> x) {
            Point y = r * difference(x, at);
            break_symmetry(0.5, y);
            const Point z = map * y;
            double sum = 0;
            for (std::size_t i = 0; i + 1 < z.size(); ++i) {
              const double s = std::sqrt(z[i] * z[i] + z[i + 1] * z[i + 1]);
              const double wave = std::sin(50 * std::pow(s, 0.2));
              sum += std::sqrt(s) * (1 + wave * wave);
            }
            const double mean = sum / static_cast<double>(z.size() - 1);
            return mean * mean + 10 * boundary_penalty(x);
          }};
}

}  // namespace

BbobFunction bbob_function(int number, std::size_t dimension, std::uint64_t instance) {
  Rng rng({0xbb0bU, static_cast<std::uint64_t>(number), dimension, instance});
  switch (number) {
    case 1:
      return sphere(dimension, rng);
    case 3:
      return separable_rastrigin(dimension, rng);
    case 6:
      return attractive_sector(dimension, rng);
    case 8:
      return rosenbrock(dimension, rng);
    case 10:
      return rotated_ellipsoid(dimension, rng);
    case 13:
      return sharp_ridge(dimension, rng);
    case 15:
      return rotated_rastrigin(dimension, rng);
    case 17:
      return schaffers_f7(dimension, rng);
    case 21: {
      auto peaks = std::make_shared<const Gallagher>(dimension, rng);
      return {peaks->optimum(), [peaks](std::span<const double> x) { return (*peaks)(x); }};
    }
    default:
      throw std::invalid_argument("bbob f" + std::to_string(number) + " is not among ours");
  }
}

}  // namespace evolt
