#include "propagator/cholesky.hpp"

#include "propagator/wide_loops.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace evolt {

namespace {

/// line -= factor * other, element by element. The order of the sums is the same however many
/// elements a processor takes at once.
void subtract(std::span<double> line, double factor, const double* other) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    line[i] -= factor * other[i];
  }
}

/// The same for four lines of a matrix at once, in their order, to load and store `line` once.
void subtract4(std::span<double> line, const std::array<const double*, 4>& others) {
  const auto [a, b, c, d] = others;
  const double fa = a[0];
  const double fb = b[0];
  const double fc = c[0];
  const double fd = d[0];
  for (std::size_t i = 0; i < line.size(); ++i) {
    line[i] = (((line[i] - fa * a[i]) - fb * b[i]) - fc * c[i]) - fd * d[i];
  }
}

}  // namespace

EVOLT_WIDE_LOOPS bool Cholesky::factor(std::span<const double> a, std::size_t order) {
  assert(a.size() == order * order);
  std::vector<double> upper(order * order, 0.0);
  for (std::size_t j = 0; j < order; ++j) {
    const std::span<double> line = std::span(upper).subspan(j * order + j, order - j);
    for (std::size_t i = j; i < order; ++i) {
      line[i - j] = a[i * order + j];
    }
    const auto above = [&](std::size_t k) { return &upper[k * order + j]; };
    std::size_t k = 0;
    for (; k + 4 <= j; k += 4) {
      subtract4(line, {above(k), above(k + 1), above(k + 2), above(k + 3)});
    }
    for (; k < j; ++k) {
      subtract(line, *above(k), above(k));
    }
    const double rest = line[0];
    if (!(rest > a[j * order + j] * std::numeric_limits<double>::epsilon()) ||
        !std::isfinite(rest)) {
      return false;
    }
    const double root = std::sqrt(rest);
    line[0] = root;
    for (double& one : line.subspan(1)) {
      one /= root;
    }
  }
  order_ = order;
  upper_ = std::move(upper);
  return true;
}

void Cholesky::multiply(std::span<const double> z, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t k = 0; k < order_; ++k) {
    for (std::size_t i = k; i < order_; ++i) {
      out[i] += upper_[k * order_ + i] * z[k];
    }
  }
}

void Cholesky::solve_half(std::span<double> x) const {
  for (std::size_t k = 0; k < order_; ++k) {
    x[k] /= upper_[k * order_ + k];
    subtract(x.subspan(k + 1, order_ - k - 1), x[k], &upper_[k * order_ + k + 1]);
  }
}

EVOLT_WIDE_LOOPS void Cholesky::solve_half(std::span<double> x, std::size_t columns) const {
  for (std::size_t k = 0; k < order_; ++k) {
    const std::span<double> solved = x.subspan(k * columns, columns);
    for (double& one : solved) {
      one /= upper_[k * order_ + k];
    }
    for (std::size_t i = k + 1; i < order_; ++i) {
      subtract(x.subspan(i * columns, columns), upper_[k * order_ + i], solved.data());
    }
  }
}

void Cholesky::solve(std::span<double> x) const {
  solve_half(x);
  for (std::size_t i = order_; i-- > 0;) {
    x[i] /= upper_[i * order_ + i];
    for (std::size_t k = 0; k < i; ++k) {
      x[k] -= upper_[k * order_ + i] * x[i];
    }
  }
}

}  // namespace evolt
