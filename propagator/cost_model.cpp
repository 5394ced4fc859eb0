#include "propagator/cost_model.hpp"

#include "propagator/cholesky.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <variant>

namespace evolt {
namespace {

/// The prior's precisions, in results: how many at one end of a gene outweigh it. The constant has
/// next to none.
constexpr double kConstant = 1e-3;
constexpr double kSlope = 0.1;

/// By which power of e a count is expected to raise the cost over its range.
constexpr double kCount = 1;

bool counts(const Parameter& parameter) {
  return std::holds_alternative<IntDomain>(parameter.domain);
}

}  // namespace

CostModel::CostModel(const Encoding& encoding) : encoding_(&encoding), expected_{0} {
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    first_.push_back(expected_.size());
    const bool count = counts(encoding.space().parameters()[i]);
    expected_.resize(expected_.size() + std::max<std::size_t>(encoding.choices(i), 1),
                     count ? kCount : 0);
  }
  const std::size_t n = expected_.size();
  squares_.assign(n * n, 0);
  squares_[0] = kConstant;
  for (std::size_t i = 1; i < n; ++i) {
    squares_[i * n + i] = kSlope;
  }
  products_.assign(n, 0);
  slopes_ = expected_;
}

std::vector<double> CostModel::terms_of(const Genome& genome) const {
  std::vector<double> terms(expected_.size(), 0);
  terms[0] = 1;
  const ActiveMask mask = encoding_->active_mask(genome);
  for (std::size_t i = 0; i < first_.size(); ++i) {
    if (!mask[i]) {
      continue;
    }
    if (encoding_->choices(i) > 0) {
      terms[first_[i] + static_cast<std::size_t>(genome.genes[i])] = 1;
    } else {
      terms[first_[i]] = genome.genes[i];
    }
  }
  return terms;
}

void CostModel::add(const Genome& genome, double log_cost) {
  assert(std::isfinite(log_cost));
  const std::vector<double> terms = terms_of(genome);
  const std::size_t n = terms.size();
  double rest = log_cost;
  for (std::size_t i = 0; i < n; ++i) {
    rest -= terms[i] * expected_[i];
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (terms[i] == 0) {
      continue;
    }
    products_[i] += terms[i] * rest;
    for (std::size_t j = 0; j < n; ++j) {
      squares_[i * n + j] += terms[i] * terms[j];
    }
  }
  ++results_;
  ++changes_;
}

void CostModel::correct(const Genome& genome, double before, double after) {
  assert(std::isfinite(before) && std::isfinite(after));
  const std::vector<double> terms = terms_of(genome);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    products_[i] += terms[i] * (after - before);
  }
  ++changes_;
}

void CostModel::fit() {
  // One result more changes little where there are many terms.
  if (changes_ - fitted_ < std::max<std::size_t>(expected_.size() / 16, 1)) {
    return;
  }
  Cholesky factor;
  if (!factor.factor(squares_, expected_.size())) {
    return;
  }
  slopes_ = products_;
  factor.solve(slopes_);
  for (std::size_t i = 0; i < slopes_.size(); ++i) {
    slopes_[i] += expected_[i];
  }
  fitted_ = changes_;
}

double CostModel::log_cost(const Genome& genome) {
  fit();
  const std::vector<double> terms = terms_of(genome);
  double sum = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    sum += terms[i] * slopes_[i];
  }
  return sum;
}

}  // namespace evolt
