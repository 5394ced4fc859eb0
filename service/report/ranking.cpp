#include "service/report/ranking.hpp"

#include <algorithm>

namespace evolt {
namespace {

constexpr std::size_t kReferenceResults = 10;

}  // namespace

bool Ranking::add(std::int64_t number, std::int64_t configuration,
                  const std::vector<double>& scores) {
  ++results_;
  bool improved = false;
  if (scores.size() > 1) {
    improved = front_.offer(number, scores);
    if (first_scores_.size() < kReferenceResults) {
      first_scores_.push_back(scores);
    }
  } else {
    repeated_.add(configuration, scores.front());
  }
  if (best_ == 0 || scores < best_scores_ || (scores == best_scores_ && number < best_)) {
    best_ = number;
    best_scores_ = scores;
    improved = improved || scores.size() == 1;
  }
  return improved;
}

std::vector<double> Ranking::reference() const {
  if (first_scores_.size() < kReferenceResults) {
    return {};
  }
  std::vector<double> best = first_scores_.front();
  std::vector<double> worst = best;
  for (const std::vector<double>& scores : first_scores_) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      best[i] = std::min(best[i], scores[i]);
      worst[i] = std::max(worst[i], scores[i]);
    }
  }
  for (std::size_t i = 0; i < worst.size(); ++i) {
    worst[i] += 0.1 * (worst[i] - best[i]);
  }
  return worst;
}

std::size_t Rankings::of(std::string_view scope) {
  const auto known = std::find_if(all_.begin(), all_.end(),
                                  [scope](const auto& one) { return one.first == scope; });
  if (known != all_.end()) {
    return static_cast<std::size_t>(known - all_.begin());
  }
  all_.emplace_back(scope, Ranking{});
  return all_.size() - 1;
}

std::optional<std::size_t> Rankings::leading() const {
  if (all_.empty()) {
    return std::nullopt;
  }
  const auto most = std::max_element(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
    return a.second.results() < b.second.results();
  });
  return static_cast<std::size_t>(most - all_.begin());
}

}  // namespace evolt
