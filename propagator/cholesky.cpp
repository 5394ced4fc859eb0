#include "propagator/cholesky.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace evolt {

bool Cholesky::factor(std::span<const double> a, std::size_t order) {
  assert(a.size() == order * order);
  std::vector<double> lower(order * order, 0.0);
  for (std::size_t i = 0; i < order; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = a[i * order + j];
      for (std::size_t k = 0; k < j; ++k) {
        rest -= lower[i * order + k] * lower[j * order + k];
      }
      if (i != j) {
        lower[i * order + j] = rest / lower[j * order + j];
        continue;
      }
      if (!(rest > a[i * order + i] * std::numeric_limits<double>::epsilon()) ||
          !std::isfinite(rest)) {
        return false;
      }
      lower[i * order + i] = std::sqrt(rest);
    }
  }
  order_ = order;
  lower_ = std::move(lower);
  return true;
}

void Cholesky::multiply(std::span<const double> z, std::span<double> out) const {
  for (std::size_t i = 0; i < order_; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k <= i; ++k) {
      sum += lower_[i * order_ + k] * z[k];
    }
    out[i] = sum;
  }
}

void Cholesky::solve_half(std::span<double> x) const {
  for (std::size_t i = 0; i < order_; ++i) {
    double rest = x[i];
    for (std::size_t k = 0; k < i; ++k) {
      rest -= lower_[i * order_ + k] * x[k];
    }
    x[i] = rest / lower_[i * order_ + i];
  }
}

void Cholesky::solve(std::span<double> x) const {
  solve_half(x);
  for (std::size_t i = order_; i-- > 0;) {
    x[i] /= lower_[i * order_ + i];
    for (std::size_t k = 0; k < i; ++k) {
      x[k] -= lower_[i * order_ + k] * x[i];
    }
  }
}

}  // namespace evolt
