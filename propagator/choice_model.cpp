#include "propagator/choice_model.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace evolt {
namespace {

/// How much longer than at random the path must be for the step to grow (Akimoto et al. 2019).
constexpr double kAgreement = 1.5;

}  // namespace

ChoiceModel::ChoiceModel(const std::vector<std::size_t>& counts, double margin) : margin_(margin) {
  for (const std::size_t count : counts) {
    assert(count > 1);
    probabilities_.emplace_back(count, 1 / static_cast<double>(count));
    path_.emplace_back(count, 0.0);
    freedom_ += static_cast<double>(count - 1);
  }
}

std::int64_t ChoiceModel::sample(std::size_t gene, Rng& rng) const {
  const std::vector<double>& q = probabilities_[gene];
  double left = rng.uniform();
  for (std::size_t k = 0; k + 1 < q.size(); ++k) {
    if (left < q[k]) {
      return static_cast<std::int64_t>(k);
    }
    left -= q[k];
  }
  return static_cast<std::int64_t>(q.size() - 1);
}

void ChoiceModel::update(std::span<const ChoiceRow> rows) {
  std::vector<std::vector<double>> gradient;
  double squares = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::vector<double>& q = probabilities_[i];
    std::vector<double>& slope = gradient.emplace_back(q.size(), 0.0);
    for (const ChoiceRow& row : rows) {
      if (row.picks[i] < 0 || row.weight <= 0) {
        continue;
      }
      for (std::size_t k = 0; k < q.size(); ++k) {
        const double picked = row.picks[i] == static_cast<std::int64_t>(k) ? 1 : 0;
        slope[k] += row.weight * (picked - q[k]);
      }
    }
    for (std::size_t k = 0; k < q.size(); ++k) {
      squares += slope[k] * slope[k] / q[k];
    }
  }
  const double length = std::sqrt(squares);  // in the Fisher metric
  if (!(length > 1e-12)) {
    return;
  }
  const double rate = std::min(step_ / length, 1.0);
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t k = 0; k < gradient[i].size(); ++k) {
      const double natural = gradient[i][k];
      gradient[i][k] /= std::sqrt(probabilities_[i][k]) * length;
      probabilities_[i][k] += rate * natural;
    }
  }
  adapt(gradient);
  keep_margins();
}

void ChoiceModel::adapt(const std::vector<std::vector<double>>& gradient) {
  const double fade = step_ / std::sqrt(freedom_);
  const double gain = std::sqrt(fade * (2 - fade));
  double squares = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t k = 0; k < gradient[i].size(); ++k) {
      path_[i][k] = (1 - fade) * path_[i][k] + gain * gradient[i][k];
      squares += path_[i][k] * path_[i][k];
    }
  }
  path_weight_ = (1 - fade) * (1 - fade) * path_weight_ + fade * (2 - fade);
  step_ *= std::exp(fade * (squares / kAgreement - path_weight_));
  step_ = std::clamp(step_, 1e-3, 1.0);
}

void ChoiceModel::keep_margins() {
  for (std::vector<double>& q : probabilities_) {
    const double least = margin_ / static_cast<double>(q.size() - 1);
    double sum = 0;
    double above = 0;
    for (double& p : q) {
      p = std::max(p, least);
      sum += p;
      above += p - least;
    }
    // What was raised is taken from those above the least, in proportion.
    for (double& p : q) {
      p += above > 0 ? (1 - sum) * (p - least) / above : 0;
    }
  }
}

}  // namespace evolt
