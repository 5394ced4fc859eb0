#pragma once

#include "core/rng.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace evolt {

/// A point as a tree sees it: one number per gene. Numeric and ordinal genes in [0, 1], the index
/// for a choice, kAsleep for a gene that is not active.
using FeatureRow = std::span<const float>;
inline constexpr float kAsleep = -1.0F;

/// One regression tree whose splits are drawn at random.
///
/// At each node a few features are tried, each at one threshold drawn between the values of two
/// members; the split that lowers the squared error most is taken, until all targets of a node are
/// the same. A choice splits into one of its values and all others; genes that sleep lie below
/// every threshold. Cost: grow O(n log n) for n rows, predict O(log n).
/// Source: Geurts, Ernst & Wehenkel 2006, "Extremely randomized trees", table 1; they draw a
/// threshold between the least and the greatest value, which costs one more pass.
class RandomTree {
 public:
  struct Sample {
    std::span<const float> features;          ///< row after row
    std::span<const std::uint32_t> targets;   ///< one per row; their sum fits
    std::span<const std::uint8_t> is_choice;  ///< one per feature
  };

  /// Requires: `rows` is not empty; it is reordered. `tries` > 0 features are tried at a node.
  void grow(const Sample& sample, std::span<std::uint32_t> rows, std::size_t tries, Rng& rng);

  /// The mean target of the leaf in which `row` lies. Requires: it was grown.
  float predict(FeatureRow row) const;

  bool grown() const { return !nodes_.empty(); }

 private:
  struct Node {
    std::int32_t feature = -1;  ///< -1: a leaf
    float threshold = 0;        ///< for a choice, the value that goes left
    std::int32_t right = 0;     ///< the left child follows its parent
    float mean = 0;
    bool choice = false;
  };
  struct Growth;

  std::vector<Node> nodes_;
};

}  // namespace evolt
