#include "benchmarks/search_quality/bbob/transforms.hpp"

#include <cmath>

namespace evolt {

Point operator*(const Matrix& matrix, std::span<const double> x) {
  Point product(matrix.size, 0);
  for (std::size_t row = 0; row < matrix.size; ++row) {
    for (std::size_t column = 0; column < matrix.size; ++column) {
      product[row] += matrix.at(row, column) * x[column];
    }
  }
  return product;
}

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product{a.size, std::vector<double>(a.size * a.size, 0)};
  for (std::size_t row = 0; row < a.size; ++row) {
    for (std::size_t k = 0; k < a.size; ++k) {
      for (std::size_t column = 0; column < a.size; ++column) {
        product.at(row, column) += a.at(row, k) * b.at(k, column);
      }
    }
  }
  return product;
}

Matrix scale_rows(std::span<const double> d, Matrix matrix) {
  for (std::size_t row = 0; row < matrix.size; ++row) {
    for (std::size_t column = 0; column < matrix.size; ++column) {
      matrix.at(row, column) *= d[row];
    }
  }
  return matrix;
}

Matrix random_rotation(std::size_t size, Rng& rng) {
  Matrix rotation{size, std::vector<double>(size * size)};
  for (double& cell : rotation.cells) {
    cell = rng.normal();
  }
  for (std::size_t row = 0; row < size; ++row) {
    const std::span<double> current(&rotation.at(row, 0), size);
    for (std::size_t earlier = 0; earlier < row; ++earlier) {
      double shared = 0;
      for (std::size_t k = 0; k < size; ++k) {
        shared += current[k] * rotation.at(earlier, k);
      }
      for (std::size_t k = 0; k < size; ++k) {
        current[k] -= shared * rotation.at(earlier, k);
      }
    }
    double length = 0;
    for (const double cell : current) {
      length += cell * cell;
    }
    for (double& cell : current) {
      cell /= std::sqrt(length);
    }
  }
  return rotation;
}

Point conditioning(double alpha, std::size_t size) {
  Point diagonal(size);
  for (std::size_t i = 0; i < size; ++i) {
    diagonal[i] = std::pow(alpha, 0.5 * static_cast<double>(i) / static_cast<double>(size - 1));
  }
  return diagonal;
}

double oscillate(double x) {
  if (x == 0) {
    return 0;
  }
  const double log_size = std::log(std::abs(x));
  const double c1 = x > 0 ? 10 : 5.5;
  const double c2 = x > 0 ? 7.9 : 3.1;
  return std::copysign(
      std::exp(log_size + 0.049 * (std::sin(c1 * log_size) + std::sin(c2 * log_size))), x);
}

void oscillate(std::span<double> x) {
  for (double& coordinate : x) {
    coordinate = oscillate(coordinate);
  }
}

void break_symmetry(double beta, std::span<double> x) {
  const double last = static_cast<double>(x.size() - 1);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] > 0) {
      x[i] = std::pow(x[i], 1 + beta * static_cast<double>(i) / last * std::sqrt(x[i]));
    }
  }
}

double boundary_penalty(std::span<const double> x) {
  double penalty = 0;
  for (const double coordinate : x) {
    const double beyond = std::abs(coordinate) - 5;
    penalty += beyond > 0 ? beyond * beyond : 0;
  }
  return penalty;
}

}  // namespace evolt
