#include "service/report/repeated_results.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

void RepeatedResults::add(std::int64_t configuration, double score) {
  const auto place = static_cast<std::size_t>(configuration - 1);
  results_.resize(std::max(results_.size(), place + 1));
  Results& results = results_[place];
  ++results.count;
  const double step = score - results.mean;
  results.mean += step / static_cast<double>(results.count);
  results.squares += step * (score - results.mean);
  repeated_ = repeated_ || results.count > 1;
  outdated_ = true;
}

std::int64_t RepeatedResults::best() const {
  if (!outdated_) {
    return best_;
  }
  outdated_ = false;
  double squares = 0;
  double freedom = 0;
  for (const Results& results : results_) {
    if (results.count > 1) {
      squares += results.squares;
      freedom += static_cast<double>(results.count - 1);
    }
  }
  const double variance = freedom > 0 ? squares / freedom : 0;
  best_ = 0;
  double least = 0;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const Results& results = results_[i];
    if (results.count == 0) {
      continue;
    }
    const double bound = results.mean + std::sqrt(variance / static_cast<double>(results.count));
    if (best_ == 0 || bound < least) {
      best_ = static_cast<std::int64_t>(i) + 1;
      least = bound;
    }
  }
  return best_;
}

}  // namespace evolt
