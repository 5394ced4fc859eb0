#pragma once

#include <span>
#include <vector>

namespace evolt {

/// What is expected of a trial: an error that is not sure, at a cost that nearly is.
struct Prospect {
  double error = 0;
  double deviation = 0;  ///< standard deviation of the error, not negative
  double log_cost = 0;
};

/// The trials to which nothing known is preferable, by error and cost, both smaller being better;
/// and what a further one would add to them.
class CostFront {
 public:
  /// `limit`: errors from here on, and costs from `log_limit` on, are worth nothing.
  CostFront(double limit, double log_limit) : limit_(limit), log_limit_(log_limit) {}

  /// A trial that was trained. Not finite: it does not count.
  void add(double error, double log_cost);

  /// The area, of error and logarithm of cost, that a trial is expected to add to what the front
  /// dominates: expected hypervolume improvement (Emmerich, Deutz & Klinkenberg 2011,
  /// "Hypervolume-based expected improvement: monotonicity properties and exact computation") for
  /// one normal and one known value. Not negative. Cost: O(front).
  double expected_gain(const Prospect& prospect) const;

 private:
  struct Point {
    double log_cost = 0;
    double error = 0;
  };

  double limit_;
  double log_limit_;
  std::vector<Point> points_;  ///< by rising cost and falling error
};

/// By how much a normal error is expected to lie below `level`; 0 for no deviation and an error
/// above.
double expected_improvement(double level, double error, double deviation);

}  // namespace evolt
