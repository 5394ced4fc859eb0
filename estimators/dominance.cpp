#include "estimators/dominance.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <optional>

namespace evolt {
namespace {

bool exact(const Bounded& a) {
  return a.lower == a.upper;
}

bool equal(const Bounded& a, const Bounded& b) {
  return exact(a) && exact(b) && a.value == b.value;
}

bool unknown(const Bounded& a) {
  return !exact(a) && !(std::isfinite(a.lower) && std::isfinite(a.upper));
}

double half_square(double x) {
  return x > 0 ? x * x / 2 : 0;
}

/// Of the area of the rectangle of both intervals, what lies on the side a < b. Requires: finite
/// bounds, a.lower < a.upper, b.lower < b.upper.
double share_below(const Bounded& a, const Bounded& b) {
  const double area = half_square(b.upper - a.lower) - half_square(b.upper - a.upper) -
                      half_square(b.lower - a.lower) + half_square(b.lower - a.upper);
  return area / ((a.upper - a.lower) * (b.upper - b.lower));
}

/// How likely a uniform truth is to be below a point.
double share_below(const Bounded& a, double point) {
  return (point - a.lower) / (a.upper - a.lower);
}

bool flawed(const BoundedScores& scores) {
  return std::isnan(scores.violation) ||
         std::any_of(scores.values.begin(), scores.values.end(), [](const Bounded& value) {
           return std::isnan(value.value) || std::isnan(value.lower) || std::isnan(value.upper);
         });
}

/// Where requirements or NaN decide: whether `a` dominates.
std::optional<bool> decided(const BoundedScores& a, const BoundedScores& b) {
  const bool bad = flawed(a);
  if (bad || flawed(b)) {
    return !bad;
  }
  if (a.violation != b.violation) {
    return a.violation < b.violation;
  }
  return std::nullopt;
}

/// The values of `a` in a comparison with `b`.
const std::vector<Bounded>& against(const BoundedScores& a, const BoundedScores& b) {
  return !a.source.empty() && a.source == b.source ? a.own : a.values;
}

}  // namespace

double probability_below(const Bounded& a, const Bounded& b) {
  if (std::isnan(a.value) || std::isnan(b.value)) {
    return std::isnan(a.value) ? 0 : 1;
  }
  if (unknown(a) || unknown(b)) {
    return 0.5;
  }
  if (a.upper <= b.lower || b.upper <= a.lower) {
    return equal(a, b) ? 0.5 : a.upper <= b.lower ? 1 : 0;
  }
  // A point, or so near to one that its width would be lost in rounding.
  constexpr double kPoint = 1e-9;
  const double wide = std::max(a.upper - a.lower, b.upper - b.lower);
  double share = 0;
  if (a.upper - a.lower <= kPoint * wide) {
    share = 1 - share_below(b, a.value);
  } else if (b.upper - b.lower <= kPoint * wide) {
    share = share_below(a, b.value);
  } else {
    share = share_below(a, b);
  }
  return std::clamp(share, 0.0, 1.0);
}

Comparison compare(const Bounded& a, const Bounded& b) {
  if (equal(a, b)) {
    return Comparison::tie;
  }
  if (probability_below(a, b) >= kClear) {
    return Comparison::better;
  }
  return probability_below(b, a) >= kClear ? Comparison::worse : Comparison::tie;
}

bool dominates(const BoundedScores& a, const BoundedScores& b) {
  assert(a.values.size() == b.values.size());
  if (const auto verdict = decided(a, b)) {
    return *verdict;
  }
  const std::vector<Bounded>& mine = against(a, b);
  const std::vector<Bounded>& theirs = against(b, a);
  bool better = false;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const bool ahead = compare(mine[i], theirs[i]) == Comparison::better;
    if (!ahead && !equal(mine[i], theirs[i])) {
      return false;
    }
    better = better || ahead;
  }
  return better;
}

double probability_of_dominance(const BoundedScores& a, const BoundedScores& b) {
  assert(a.values.size() == b.values.size());
  if (const auto verdict = decided(a, b)) {
    return *verdict ? 1 : 0;
  }
  const std::vector<Bounded>& mine = against(a, b);
  const std::vector<Bounded>& theirs = against(b, a);
  double probability = 1;
  bool differ = false;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (!equal(mine[i], theirs[i])) {
      differ = true;
      probability *= probability_below(mine[i], theirs[i]);
    }
  }
  return differ ? probability : 0;
}

}  // namespace evolt
