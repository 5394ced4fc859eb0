#include "estimators/hypervolume.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

namespace evolt {
namespace {

using Points = std::vector<std::vector<double>>;

bool inside(const std::vector<double>& point, std::span<const double> reference) {
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (!(point[i] < reference[i])) {
      return false;
    }
  }
  return true;
}

/// Of points in order of their first objective: the stairs under the reference.
double area(const Points& points, std::span<const double> reference) {
  double sum = 0;
  double floor = reference[1];
  for (const std::vector<double>& point : points) {
    if (point[1] < floor) {
      sum += (reference[0] - point[0]) * (floor - point[1]);
      floor = point[1];
    }
  }
  return sum;
}

/// Of the first `m` objectives.
double volume(Points points, std::span<const double> reference, std::size_t m) {
  if (points.empty()) {
    return 0;
  }
  const auto by = [](std::size_t i) {
    return [i](const std::vector<double>& a, const std::vector<double>& b) { return a[i] < b[i]; };
  };
  if (m == 1) {
    return reference[0] - std::min_element(points.begin(), points.end(), by(0))->at(0);
  }
  if (m == 2) {
    std::sort(points.begin(), points.end(), by(0));
    return area(points, reference);
  }
  // Between two heights in the last objective, the points below make a slab of constant section.
  std::sort(points.begin(), points.end(), by(m - 1));
  double sum = 0;
  Points below;
  for (std::size_t i = 0; i < points.size(); ++i) {
    below.push_back(points[i]);
    const double top = i + 1 < points.size() ? points[i + 1][m - 1] : reference[m - 1];
    const double height = top - points[i][m - 1];
    if (height > 0) {
      sum += height * volume(below, reference, m - 1);
    }
  }
  return sum;
}

}  // namespace

double hypervolume(std::vector<std::vector<double>> points, std::span<const double> reference) {
  assert(!reference.empty());
  std::erase_if(points, [&](const std::vector<double>& point) {
    assert(point.size() == reference.size());
    return !inside(point, reference);
  });
  return volume(std::move(points), reference, reference.size());
}

}  // namespace evolt
