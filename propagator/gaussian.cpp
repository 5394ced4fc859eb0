#include "propagator/gaussian.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

namespace evolt {
namespace {

double squared(std::span<const double> v) {
  return std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
}

}  // namespace

Gaussian::Gaussian(std::vector<double> mean, double sigma, std::size_t population)
    : mean_(std::move(mean)), sigma_(sigma) {
  assert(sigma > 0 && population > 1);
  const auto n = static_cast<double>(std::max<std::size_t>(size(), 1));
  const auto lambda = static_cast<double>(population);
  double plus = 0;
  double plus_squares = 0;
  double minus = 0;
  double minus_squares = 0;
  for (std::size_t i = 0; i < population; ++i) {
    const double w = std::log((lambda + 1) / 2) - std::log(static_cast<double>(i + 1));
    weights_.push_back(w);
    (w > 0 ? plus : minus) += std::abs(w);
    (w > 0 ? plus_squares : minus_squares) += w * w;
  }
  mu_eff_ = plus * plus / plus_squares;
  const double mu_eff_minus = minus * minus / minus_squares;
  c_sigma_ = (mu_eff_ + 2) / (n + mu_eff_ + 5);
  d_sigma_ = 1 + 2 * std::max(0.0, std::sqrt((mu_eff_ - 1) / (n + 1)) - 1) + c_sigma_;
  c_c_ = (4 + mu_eff_ / n) / (n + 4 + 2 * mu_eff_ / n);
  const bool full = size() <= kMostFull;
  const double faster = full ? 1 : (n + 2) / 3;
  c_1_ = std::min(0.5, faster * 2 / ((n + 1.3) * (n + 1.3) + mu_eff_));
  c_mu_ = std::min(1 - c_1_,
                   faster * 2 * (0.25 + mu_eff_ - 2 + 1 / mu_eff_) / ((n + 2) * (n + 2) + mu_eff_));
  const double least = std::min(
      {1 + c_1_ / c_mu_, 1 + 2 * mu_eff_minus / (mu_eff_ + 2), (1 - c_1_ - c_mu_) / (n * c_mu_)});
  for (double& w : weights_) {
    w *= w > 0 ? 1 / plus : std::max(least, 0.0) / minus;
  }
  chi_ = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  path_sigma_.assign(size(), 0.0);
  path_c_.assign(size(), 0.0);
  covariance_.assign(full ? size() * size() : size(), full ? 0.0 : 1.0);
  for (std::size_t j = 0; full && j < size(); ++j) {
    covariance_[j * size() + j] = 1;
  }
  refresh();
}

double Gaussian::deviation(std::size_t j) const {
  return sigma_ * std::sqrt(variance(j));
}

void Gaussian::widen(std::size_t j, double factor) {
  path_c_[j] *= factor;
  if (!full()) {
    covariance_[j] *= factor * factor;
    return;
  }
  for (std::size_t k = 0; k < size(); ++k) {
    covariance_[j * size() + k] *= factor;
    covariance_[k * size() + j] *= factor;
  }
}

void Gaussian::sample(Rng& rng, std::span<double> y) const {
  std::vector<double> z(size());
  for (double& one : z) {
    one = rng.normal();
  }
  if (full()) {
    root_.multiply(z, y);
    return;
  }
  for (std::size_t j = 0; j < size(); ++j) {
    y[j] = deviations_[j] * z[j];
  }
}

void Gaussian::whiten(std::span<double> y) const {
  if (full()) {
    root_.solve_half(y);
    return;
  }
  for (std::size_t j = 0; j < size(); ++j) {
    y[j] /= deviations_[j];
  }
}

void Gaussian::whiten(std::span<double> y, std::size_t columns) const {
  if (full()) {
    root_.solve_half(y, columns);
    return;
  }
  for (std::size_t j = 0; j < size(); ++j) {
    for (double& one : y.subspan(j * columns, columns)) {
      one /= deviations_[j];
    }
  }
}

double Gaussian::length(std::span<const double> y) const {
  std::vector<double> z(y.begin(), y.end());
  whiten(z);
  return std::sqrt(squared(z));
}

/// Moves the mean by the weighted steps, and gives back the length of the path of sigma. What a
/// coordinate lacks in told steps is made up for in that path, so that silence does not pass for
/// small steps.
double Gaussian::move(const std::vector<GaussianStep>& steps, std::vector<double>& drift) {
  std::vector<double> heard(size(), 0.0);
  double all = 0;
  for (const GaussianStep& step : steps) {
    if (step.weight <= 0) {
      continue;
    }
    all += step.weight * step.weight;
    for (std::size_t j = 0; j < size(); ++j) {
      if (step.told.empty() || step.told[j]) {
        mean_[j] += sigma_ * step.weight * step.to[j];
        drift[j] += step.weight * step.y[j];
        heard[j] += step.weight * step.weight;
      }
    }
  }
  std::vector<double> whole(size());
  for (std::size_t j = 0; j < size(); ++j) {
    whole[j] = heard[j] > 0 ? drift[j] * std::sqrt(all / heard[j]) : 0;
  }
  whiten(whole);
  const double pull = std::sqrt(c_sigma_ * (2 - c_sigma_) * mu_eff_);
  for (std::size_t j = 0; j < size(); ++j) {
    if (heard[j] > 0) {
      path_sigma_[j] = (1 - c_sigma_) * path_sigma_[j] + pull * whole[j];
    }
  }
  return std::sqrt(squared(path_sigma_));
}

/// The rank-one and rank-mu updates of the covariance. `lost`: what the stalled path leaves out.
void Gaussian::learn(const std::vector<GaussianStep>& steps, double lost) {
  double total = 0;
  std::vector<double> rates;
  for (const GaussianStep& step : steps) {
    total += step.weight;
    // A bad step pushes away alike, however long it is (Hansen 2016, section on negative weights).
    const double long_as = step.weight < 0 ? std::max(length(step.y), 1e-100) : 0;
    rates.push_back(c_mu_ * step.weight *
                    (long_as > 0 ? static_cast<double>(size()) / (long_as * long_as) : 1));
  }
  const double keep = 1 + lost - c_1_ - c_mu_ * total;
  if (!full()) {
    for (std::size_t j = 0; j < size(); ++j) {
      double sum = keep * covariance_[j] + c_1_ * path_c_[j] * path_c_[j];
      for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool told = steps[i].told.empty() || steps[i].told[j];
        sum += told ? rates[i] * steps[i].y[j] * steps[i].y[j]
                    : c_mu_ * steps[i].weight * covariance_[j];
      }
      covariance_[j] = sum;
    }
    return;
  }
  const std::size_t n = size();
  const std::vector<double> before = covariance_;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k <= j; ++k) {
      covariance_[j * n + k] = keep * before[j * n + k] + c_1_ * path_c_[j] * path_c_[k];
    }
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const GaussianStep& step = steps[i];
    for (std::size_t j = 0; step.weight != 0 && j < n; ++j) {
      for (std::size_t k = 0; k <= j; ++k) {
        const bool blind = !step.told.empty() && !step.told[j] && !step.told[k];
        covariance_[j * n + k] +=
            blind ? c_mu_ * step.weight * before[j * n + k] : rates[i] * step.y[j] * step.y[k];
      }
    }
  }
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      covariance_[k * n + j] = covariance_[j * n + k];
    }
  }
}

void Gaussian::shorten(std::vector<double>& y, double longest) const {
  const double long_as = length(y);
  for (std::size_t j = 0; long_as > longest && j < size(); ++j) {
    y[j] *= longest / long_as;
  }
}

void Gaussian::update(std::vector<GaussianStep>& steps) {
  const auto n = static_cast<double>(size());
  const double longest = std::sqrt(n) + 2 * n / (n + 2);
  for (GaussianStep& step : steps) {
    for (std::size_t j = 0; j < step.told.size(); ++j) {
      step.y[j] = step.told[j] ? step.y[j] : 0;
      step.to[j] = step.told[j] ? step.to[j] : 0;
    }
    shorten(step.y, longest);
    shorten(step.to, longest);
  }
  std::vector<double> drift(size(), 0.0);
  const double path = move(steps, drift);
  ++generations_;
  const double settled = std::sqrt(1 - std::pow(1 - c_sigma_, 2 * generations_));
  const bool stalled = path / settled >= (1.4 + 2 / (n + 1)) * chi_;
  const double pull = stalled ? 0 : std::sqrt(c_c_ * (2 - c_c_) * mu_eff_);
  for (std::size_t j = 0; j < size(); ++j) {
    path_c_[j] = (1 - c_c_) * path_c_[j] + pull * drift[j];
  }
  learn(steps, stalled ? c_1_ * c_c_ * (2 - c_c_) : 0);
  sigma_ *= std::exp(std::min(1.0, c_sigma_ / d_sigma_ * (path / chi_ - 1)));
}

bool Gaussian::refresh() {
  if (!std::isfinite(sigma_)) {
    return false;
  }
  if (full()) {
    return root_.factor(covariance_, size());
  }
  deviations_.resize(size());
  for (std::size_t j = 0; j < size(); ++j) {
    deviations_[j] = std::sqrt(covariance_[j]);
  }
  return std::all_of(deviations_.begin(), deviations_.end(),
                     [](double d) { return d > 0 && std::isfinite(d); });
}

}  // namespace evolt
