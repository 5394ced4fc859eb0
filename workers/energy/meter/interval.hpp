#pragma once

#include <algorithm>

namespace evolt {

/// All numbers between two, both included. Requires: lower <= upper.
struct Interval {
  double lower = 0;
  double upper = 0;

  friend bool operator==(const Interval&, const Interval&) = default;
  friend Interval operator+(Interval a, Interval b) {
    return {a.lower + b.lower, a.upper + b.upper};
  }
  friend Interval operator-(Interval a, Interval b) {
    return {a.lower - b.upper, a.upper - b.lower};
  }
  friend Interval operator*(Interval a, Interval b) {
    const auto [low, high] =
        std::minmax({a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper});
    return {low, high};
  }
  friend Interval operator*(double k, Interval a) { return Interval{k, k} * a; }
  Interval& operator+=(Interval b) { return *this = *this + b; }

  double width() const { return upper - lower; }
};

/// The smallest interval that holds both.
inline Interval hull(Interval a, Interval b) {
  return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

/// Requires: they have a number in common.
inline Interval common(Interval a, Interval b) {
  return {std::max(a.lower, b.lower), std::min(a.upper, b.upper)};
}

}  // namespace evolt
