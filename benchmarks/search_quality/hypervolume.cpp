#include "benchmarks/search_quality/hypervolume.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace evolt {

double hypervolume(std::span<const double> points, std::span<const double> reference) {
  std::vector<std::pair<double, double>> inside;
  for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
    if (points[i] < reference[0] && points[i + 1] < reference[1]) {
      inside.emplace_back(points[i], points[i + 1]);
    }
  }
  std::sort(inside.begin(), inside.end());
  double area = 0;
  double lowest = reference[1];
  for (const auto& [first, second] : inside) {
    if (second < lowest) {
      area += (reference[0] - first) * (lowest - second);
      lowest = second;
    }
  }
  return area;
}

}  // namespace evolt
