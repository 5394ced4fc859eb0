#include "service/report/front.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

bool dominates(std::span<const double> a, std::span<const double> b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) {
      return false;
    }
    better = better || a[i] < b[i];
  }
  return better;
}

bool Front::offer(std::int64_t number, std::span<const double> scores) {
  if (!std::all_of(scores.begin(), scores.end(), [](double s) { return std::isfinite(s); })) {
    return false;
  }
  for (Point& point : points_) {
    if (std::equal(scores.begin(), scores.end(), point.scores.begin(), point.scores.end())) {
      point.number = std::min(point.number, number);
      return false;
    }
    if (dominates(point.scores, scores)) {
      return false;
    }
  }
  std::erase_if(points_, [&](const Point& point) { return dominates(scores, point.scores); });
  points_.push_back({number, {scores.begin(), scores.end()}});
  return true;
}

std::vector<Front::Point> Front::points() const {
  std::vector<Point> sorted = points_;
  std::sort(sorted.begin(), sorted.end(), [](const Point& a, const Point& b) {
    return a.scores != b.scores ? a.scores < b.scores : a.number < b.number;
  });
  return sorted;
}

}  // namespace evolt
