// CMA-ES: when a run ends, and where the next one begins; the rest is in cma_es.cpp.
#include "propagator/cma_es.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

constexpr double kLeastDeviation = 1e-10;  // below it, real numbers come out the same
constexpr double kEliteSigma = 0.05;
constexpr double kLeftRadius = 10;       // of the deviations in which a run ended,
constexpr double kMostLeftRadius = 0.1;  // but no more of the range

}  // namespace

/// Whether half of the generation lies far outside of what was bred: everything near is known.
bool CmaEs::strayed() const {
  const auto n = static_cast<double>(numbers_.size());
  const double farthest = 2 * (std::sqrt(n) + 2 * n / (n + 2));
  const auto count = std::count_if(rows_.begin(), rows_.end(), [&](const Row& row) {
    return row.own && !row.y.empty() && gaussian_.length(row.y) > farthest;
  });
  return 2 * static_cast<std::size_t>(count) >= rows_.size();
}

bool CmaEs::ended() const {
  double widest = 0;
  for (std::size_t j = 0; j < numbers_.size(); ++j) {
    widest = std::max(widest, gaussian_.deviation(j));
  }
  const std::size_t genes = numbers_.size() + choices_.size();
  return barren_ > 10 * population_ + 30 * genes || (!numbers_.empty() && widest < kLeastDeviation);
}

void CmaEs::begin_run() {
  left_ = gaussian_.mean();
  left_radius_ = 0;
  for (std::size_t j = 0; j < numbers_.size(); ++j) {
    left_radius_ = std::max(left_radius_, kLeftRadius * gaussian_.deviation(j));
  }
  left_radius_ = std::min(left_radius_, kMostLeftRadius);
  ++runs_;
  abroad_ = runs_ % 2 == 0;
  // Its own stream for each run: where a run begins depends on the results alone.
  Rng rng{kStream, runs_};
  std::vector<double> mean = best_->x;
  std::size_t population = first_population_;
  if (abroad_) {
    largest_population_ *= 2;
    population = largest_population_;
    for (double& x : mean) {
      x = rng.uniform();
    }
    chooser_ = fresh_choices();
  }
  population_ = population;
  gaussian_ = Gaussian(std::move(mean), abroad_ ? options_.sigma : kEliteSigma, population_);
  foresight_ = Foresight(numbers_.size());
  quota_ = static_cast<double>(population_);
  births_.clear();
  middle_.reset();
  best_of_run_.reset();
  barren_ = 0;
  keep_margins();
  gaussian_.refresh();
}

}  // namespace evolt
