#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// The lower triangle L with L L' = A, and what is solved with it.
///
/// Small and in plain loops on purpose: the same sums in the same order on every machine. The inner
/// loops run over independent sums, so that a processor may take several at once.
/// Shape: square matrices of order n, row by row in one vector of n^2. Cost: n^3 / 6
/// multiplications to factor, n^2 / 2 to solve or multiply.
class Cholesky {
 public:
  Cholesky() = default;

  /// Factors `a`; false, with the factor as it was, when `a` is not positive definite to machine
  /// precision. Reads the lower triangle only.
  bool factor(std::span<const double> a, std::size_t order);

  std::size_t order() const { return order_; }

  /// out = L z. Requires: `out` is not `z`.
  void multiply(std::span<const double> z, std::span<double> out) const;

  /// x = L^-1 x: its length is the Mahalanobis length of x under A.
  void solve_half(std::span<double> x) const;

  /// The same for many x, which are the columns of a matrix of so many: row by row.
  void solve_half(std::span<double> x, std::size_t columns) const;

  /// x = A^-1 x.
  void solve(std::span<double> x) const;

 private:
  std::size_t order_ = 0;
  std::vector<double> upper_;  ///< L', so that what is summed up at once lies side by side
};

}  // namespace evolt
