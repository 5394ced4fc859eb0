#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace evolt {

/// Whether `a` is nowhere worse than `b` and somewhere better; smaller is better.
bool dominates(std::span<const double> a, std::span<const double> b);

/// The points that no other point dominates, kept up to date. Of points with equal scores the one
/// with the lowest number stays. Scores that are not finite are never taken.
class Front {
 public:
  struct Point {
    std::int64_t number = 0;
    std::vector<double> scores;
  };

  /// True when it is on the front now and was not. Cost: the size of the front.
  bool offer(std::int64_t number, std::span<const double> scores);

  /// Ordered by the first score, then the next ones.
  std::vector<Point> points() const;

 private:
  std::vector<Point> points_;
};

}  // namespace evolt
