#pragma once

#include "core/units.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace evolt {

/// Any number of delays in little memory: their mean exactly, quantiles to two percent.
class Delays {
 public:
  /// Below a microsecond counts as one, above an hour as one.
  void add(Seconds delay);

  std::int64_t count() const { return count_; }

  /// 0 when there is none.
  Seconds mean() const;

  /// Requires: 0 < share <= 1. 0 when there is none.
  Seconds quantile(double share) const;

 private:
  std::vector<std::int64_t> buckets_;  ///< each a fiftieth wider than the one before
  std::int64_t count_ = 0;
  Seconds sum_;
};

}  // namespace evolt
