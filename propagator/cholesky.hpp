#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// The lower triangle L with L L' = A, and what is solved with it.
///
/// Small and in plain loops on purpose: the same sums in the same order on every machine.
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

  /// x = A^-1 x.
  void solve(std::span<double> x) const;

 private:
  std::size_t order_ = 0;
  std::vector<double> lower_;
};

}  // namespace evolt
