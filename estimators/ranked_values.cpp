#include "estimators/ranked_values.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace evolt {

/// The first block whose largest value is not below `value`; one past the last when there is none.
std::size_t RankedValues::block_of(double value) const {
  const auto at =
      std::partition_point(blocks_.begin(), blocks_.end(),
                           [&](const std::vector<double>& block) { return block.back() < value; });
  return static_cast<std::size_t>(at - blocks_.begin());
}

void RankedValues::insert(double value) {
  assert(value == value);
  ++size_;
  if (blocks_.empty()) {
    blocks_.push_back({value});
    return;
  }
  const std::size_t at = std::min(block_of(value), blocks_.size() - 1);
  std::vector<double>& block = blocks_[at];
  block.insert(std::upper_bound(block.begin(), block.end(), value), value);
  if (block.size() > kBlock) {
    const auto middle = block.begin() + kBlock / 2;
    std::vector<double> upper(middle, block.end());
    block.erase(middle, block.end());
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
  }
}

std::size_t RankedValues::below(double value) const {
  assert(value == value);
  const std::size_t at = block_of(value);
  std::size_t count = 0;
  for (std::size_t i = 0; i < at; ++i) {
    count += blocks_[i].size();
  }
  if (at < blocks_.size()) {
    const std::vector<double>& block = blocks_[at];
    count += static_cast<std::size_t>(std::lower_bound(block.begin(), block.end(), value) -
                                      block.begin());
  }
  return count;
}

}  // namespace evolt
