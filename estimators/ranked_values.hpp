#pragma once

#include <cstddef>
#include <vector>

namespace evolt {

/// A growing multiset of numbers that tells how many lie below a value.
///
/// Sorted blocks of at most `kBlock`: an insertion moves a part of one block, a question adds up
/// the sizes of blocks. At 100,000 values both cost a fraction of a microsecond, in 8 to 16 bytes a
/// value.
class RankedValues {
 public:
  /// Requires: not NaN.
  void insert(double value);

  /// How many are smaller than `value`. Requires: not NaN.
  std::size_t below(double value) const;

  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kBlock = 512;

  std::size_t block_of(double value) const;

  std::vector<std::vector<double>> blocks_;  ///< none empty; sorted within and among each other
  std::size_t size_ = 0;
};

}  // namespace evolt
