#pragma once

#include "propagator/gaussian.hpp"
#include "propagator/quadratic_model.hpp"

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace evolt {

/// What a quadratic model of the newest results says about points that were not tried.
///
/// The better a result, the more it weighs, linearly from `kBestWeight` to 1 by rank: the model is
/// to be right about good points. It is fitted in the frame of a search distribution, so that its
/// axes are of similar length. Source: Hansen 2019, "A Global Surrogate Assisted CMA-ES", sections
/// 2 and 3. We keep one and a half points for each coefficient, and above 12 numbers no mixed
/// terms, so that its cost stays flat.
class Foresight {
 public:
  static constexpr std::size_t kMostFull = 12;
  static constexpr double kBestWeight = 50;

  explicit Foresight(std::size_t n);

  /// Requires: x of this size; a finite score.
  void add(std::vector<double> x, double score);

  /// Kendall's rank correlation between the `newest` results and what the model, as it was fitted
  /// last, says of them; -1 without a model.
  double agreement(std::size_t newest) const;

  /// Fits the model anew; nothing changes while there are too few points.
  void fit(const Gaussian& frame);

  bool ready() const { return model_.fitted(); }

  /// Requires: ready().
  double value(std::span<const double> x) const;

 private:
  struct Point {
    std::vector<double> x;
    double score = 0;
  };

  void into_frame(std::span<const double> x, std::span<double> u) const;
  std::vector<double> framed(const std::vector<std::size_t>& which) const;
  QuadraticModel::Form richest() const;

  std::size_t n_;
  std::deque<Point> known_;  ///< oldest first
  Gaussian frame_;
  QuadraticModel model_;
};

}  // namespace evolt
