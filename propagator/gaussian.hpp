#pragma once

#include "core/rng.hpp"
#include "propagator/cholesky.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// One evaluated step of a generation, as a Gaussian learns from it.
struct GaussianStep {
  std::vector<double> to;  ///< (point - mean) / sigma, from where the mean stands now
  std::vector<double> y;   ///< the step that paths and covariance learn; usually the same
  std::vector<bool> told;  ///< whether coordinate j had any effect; empty: all had
  double weight = 0;       ///< by rank; positive ones sum to 1, negative ones push away
};

/// The normal distribution that CMA-ES adapts: mean, step size, covariance and their two paths.
///
/// The strategy parameters are those of Hansen 2016, "The CMA Evolution Strategy: A Tutorial",
/// table 1, for a population of `population`. We differ in three things. The Cholesky factor
/// stands for C^(1/2) (Krause, Arbones & Igel 2016, "CMA-ES with Optimal Covariance Update and
/// Storage Complexity": no worse); it needs no eigenvectors, whose signs and order differ between
/// machines. Steps longer than sqrt(n) + 2n / (n + 2) are shortened to it, since results come
/// from older distributions and from others (Hansen 2011, "Injecting External Solutions Into
/// CMA-ES"). A coordinate that a step left out moves nothing and keeps its
/// variance. Above `kMostFull` coordinates only variances are learned (Ros & Hansen 2008, "A Simple
/// Modification in CMA-ES Achieving Linear Time and Space Complexity").
class Gaussian {
 public:
  static constexpr std::size_t kMostFull = 100;

  /// Requires: sigma > 0; population > 1.
  Gaussian(std::vector<double> mean, double sigma, std::size_t population);

  std::size_t size() const { return mean_.size(); }
  double sigma() const { return sigma_; }
  const std::vector<double>& mean() const { return mean_; }

  /// The standard deviation of coordinate `j`, sigma included.
  double deviation(std::size_t j) const;

  /// Moves one coordinate of the mean.
  void shift(std::size_t j, double to) { mean_[j] = to; }

  /// Makes coordinate `j` vary `factor` times as much; correlations stay. Takes effect on sampling
  /// with the next refresh().
  void widen(std::size_t j, double factor);

  /// A step from the mean, in units of sigma.
  void sample(Rng& rng, std::span<double> y) const;

  /// Turns a step into one of the standard normal distribution.
  void whiten(std::span<double> y) const;

  /// The same for many points, which are the columns of a matrix of so many: row by row.
  void whiten(std::span<double> y, std::size_t columns) const;

  /// The length of a step in units of the distribution itself.
  double length(std::span<const double> y) const;

  /// The weights of ranks 1, 2, ...: half of them positive, the others negative.
  const std::vector<double>& weights() const { return weights_; }

  /// Makes sigma `factor` times as large.
  void scale(double factor) { sigma_ *= factor; }

  /// Learns from one generation, best first. The steps are used up.
  /// Requires: steps of this size; positive weights sum to at most 1.
  void update(std::vector<GaussianStep>& steps);

  /// Factors the covariance again after update() and widen(). False when it is no longer one.
  bool refresh();

 private:
  bool full() const { return covariance_.size() > size(); }
  double variance(std::size_t j) const { return covariance_[full() ? j * size() + j : j]; }
  void shorten(std::vector<double>& y, double longest) const;
  double move(const std::vector<GaussianStep>& steps, std::vector<double>& drift);
  void learn(const std::vector<GaussianStep>& steps, double lost);

  std::vector<double> mean_;
  double sigma_;
  std::vector<double> weights_;
  double mu_eff_ = 0;
  double c_sigma_ = 0;
  double d_sigma_ = 0;
  double c_c_ = 0;
  double c_1_ = 0;
  double c_mu_ = 0;
  double chi_ = 0;                  ///< the expected length of a standard normal vector
  std::vector<double> covariance_;  ///< n * n, or the n variances
  Cholesky root_;
  std::vector<double> deviations_;  ///< their roots, where only variances are learned
  std::vector<double> path_sigma_;
  std::vector<double> path_c_;
  double generations_ = 0;
};

}  // namespace evolt
