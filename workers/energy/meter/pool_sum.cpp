#include "workers/energy/meter/pool_sum.hpp"

#include <algorithm>

namespace evolt {

void PoolSum::add(const TrialPart& part, const SegmentError& error) {
  joules_ += part.joules;
  parts_ += part.bounds;
  idle_ += part.idle;
  // Truth is the sum of slope x (counted + last - first); here is what one edge adds to both sides.
  error_ += error.first * (slope_ ? *slope_ - part.slope : -1 * part.slope);
  error_ += part.slope * Interval{-error.loose, error.loose + error.gap_most};
  slope_ = part.slope;
  last_ = error.last;
}

void PoolSum::end() {
  if (slope_) {
    error_ += last_ * *slope_;
    slope_.reset();
  }
}

PoolSum& PoolSum::operator+=(const PoolSum& other) {
  joules_ += other.joules_;
  parts_ += other.parts_;
  idle_ += other.idle_;
  error_ += other.error_;
  return *this;
}

void PoolSum::early(Seconds asked_before, Watts most) {
  error_.upper += (most * asked_before).value;
}

void PoolSum::late(Seconds asked_before, Watts most) {
  error_.lower -= (most * asked_before).value;
}

Interval PoolSum::bounds() const {
  const Interval all = parts_ + error_;
  return {std::max(0.0, all.lower), std::max(0.0, all.upper)};
}

}  // namespace evolt
