#include "propagator/random_tree.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>
#include <utility>

namespace evolt {
namespace {

constexpr double kNone = -std::numeric_limits<double>::infinity();

}  // namespace

/// Grows one tree, depth first.
struct RandomTree::Growth {
  struct Split {
    std::size_t feature = 0;
    float threshold = 0;
    double gain = kNone;  ///< up to what all splits of a node share
  };

  const Sample& sample;
  std::size_t tries;
  Rng& rng;
  std::vector<Node>& nodes;
  std::vector<std::uint32_t> features;  ///< in an order that is shuffled further at each node

  /// Uniform below n up to 2^-32 n: what a split needs, at a third of the price of Rng::below.
  std::size_t below(std::size_t n) const {
    return static_cast<std::size_t>((rng.bits() >> 32U) * n >> 32U);
  }

  float value(std::uint32_t row, std::size_t feature) const {
    return sample.features[row * sample.is_choice.size() + feature];
  }

  /// The threshold is NaN where the members drawn have the same value.
  float draw_threshold(std::span<const std::uint32_t> rows, std::size_t feature) const {
    constexpr int kDraws = 3;
    for (int i = 0; i < kDraws; ++i) {
      const std::size_t first = below(rows.size());
      const std::size_t second = (first + 1 + below(rows.size() - 1)) % rows.size();
      const float a = value(rows[first], feature);
      const float b = value(rows[second], feature);
      if (a == b) {
        continue;
      }
      const auto [low, high] = std::minmax(a, b);
      if (sample.is_choice[feature] != 0) {
        return a;
      }
      if (low < 0) {
        return kAsleep / 2;
      }
      const float between = low + (high - low) * static_cast<float>(rng.uniform());
      return between < high ? between : low;
    }
    return std::numeric_limits<float>::quiet_NaN();
  }

  Split draw_split(std::span<const std::uint32_t> rows, std::size_t feature,
                   std::uint32_t sum) const {
    Split split{.feature = feature, .threshold = draw_threshold(rows, feature)};
    if (split.threshold != split.threshold) {
      return split;
    }
    std::uint32_t left_sum = 0;
    std::uint32_t left = 0;
    const auto count = [&](const auto& goes_left) {
      for (const std::uint32_t row : rows) {
        const bool goes = goes_left(value(row, feature));
        left += goes ? 1 : 0;
        left_sum += goes ? sample.targets[row] : 0U;
      }
    };
    if (sample.is_choice[feature] != 0) {
      count([&](float x) { return x == split.threshold; });
    } else {
      count([&](float x) { return x <= split.threshold; });
    }
    const double below = left_sum;
    const double above = sum - left_sum;
    split.gain = below * below / left + above * above / static_cast<double>(rows.size() - left);
    return split;
  }

  Split best_split(std::span<const std::uint32_t> rows, std::uint32_t sum) {
    Split best;
    std::size_t found = 0;
    for (std::size_t left = features.size(); left > 0 && found < tries; --left) {
      std::swap(features[below(left)], features[left - 1]);
      const Split split = draw_split(rows, features[left - 1], sum);
      found += split.gain > kNone ? 1 : 0;
      if (split.gain > best.gain) {
        best = split;
      }
    }
    return best;
  }

  void grow(std::span<std::uint32_t> rows) {
    std::uint32_t sum = 0;
    bool same = true;
    for (const std::uint32_t row : rows) {
      sum += sample.targets[row];
      same = same && sample.targets[row] == sample.targets[rows.front()];
    }
    const std::size_t me = nodes.size();
    nodes.push_back(Node{.mean = static_cast<float>(sum) / static_cast<float>(rows.size())});
    if (same) {
      return;
    }
    const Split split = best_split(rows, sum);
    if (split.gain == kNone) {
      return;
    }
    const bool choice = sample.is_choice[split.feature] != 0;
    const auto middle = std::partition(rows.begin(), rows.end(), [&](std::uint32_t row) {
      const float x = value(row, split.feature);
      return choice ? x == split.threshold : x <= split.threshold;
    });
    const auto left = static_cast<std::size_t>(middle - rows.begin());
    assert(left > 0 && left < rows.size());
    grow(rows.first(left));
    nodes[me].right = static_cast<std::int32_t>(nodes.size());
    grow(rows.subspan(left));
    nodes[me].feature = static_cast<std::int32_t>(split.feature);
    nodes[me].threshold = split.threshold;
    nodes[me].choice = choice;
  }
};

void RandomTree::grow(const Sample& sample, std::span<std::uint32_t> rows, std::size_t tries,
                      Rng& rng) {
  assert(!rows.empty());
  nodes_.clear();
  nodes_.reserve(2 * rows.size());
  Growth growth{.sample = sample,
                .tries = tries,
                .rng = rng,
                .nodes = nodes_,
                .features = std::vector<std::uint32_t>(sample.is_choice.size())};
  std::iota(growth.features.begin(), growth.features.end(), 0U);
  growth.grow(rows);
}

float RandomTree::predict(FeatureRow row) const {
  assert(!nodes_.empty());
  std::size_t at = 0;
  while (nodes_[at].feature >= 0) {
    const Node& node = nodes_[at];
    const float x = row[static_cast<std::size_t>(node.feature)];
    const bool left = node.choice ? x == node.threshold : x <= node.threshold;
    at = left ? at + 1 : static_cast<std::size_t>(node.right);
  }
  return nodes_[at].mean;
}

}  // namespace evolt
