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

  /// What the model says of each of some points. Requires: ready().
  std::vector<double> values(std::span<const std::vector<double>> points) const;

 private:
  struct Point {
    std::vector<double> x;
    double score = 0;
  };

  std::vector<double> framed(std::span<const std::vector<double>* const> points) const;
  std::vector<double> values(std::span<const std::vector<double>* const> points) const;
  QuadraticModel::Form richest() const;

  std::size_t n_;
  std::deque<Point> known_;  ///< oldest first
  Gaussian frame_;
  QuadraticModel model_;
};

}  // namespace evolt
