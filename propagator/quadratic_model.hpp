#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// A polynomial of at most second degree, fitted to weighted points by ridge regression.
class QuadraticModel {
 public:
  enum class Form { linear, diagonal, full };

  static std::size_t terms(Form form, std::size_t n);

  /// The richest form that `count` points can determine with a tenth to spare; linear at least.
  static Form form_for(std::size_t count, std::size_t n, Form most);

  /// Shape: points row by row, `n` numbers each. False, with the model as it was, when the points
  /// determine nothing.
  bool fit(std::span<const double> points, std::span<const double> values,
           std::span<const double> weights, std::size_t n, Form form);

  bool fitted() const { return !coefficients_.empty(); }
  double value(std::span<const double> u) const;

 private:
  static void features(std::span<const double> u, Form form, std::span<double> out);

  Form form_ = Form::linear;
  std::vector<double> coefficients_;
};

}  // namespace evolt
