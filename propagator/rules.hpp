#pragma once

#include "core/individual.hpp"
#include "core/search_space.hpp"
#include "propagator/axis.hpp"

#include <absl/container/inlined_vector.h>

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

/// Which genes are active; one flag per parameter.
using ActiveMask = absl::InlinedVector<bool, 64>;

/// The conditions and the forbidden combinations of a space, compiled: they compare readings of
/// genes (see Axis) and look up no names.
class Rules {
 public:
  Rules(const SearchSpace& space, std::span<const Axis> axes);

  ActiveMask active(const Genome& genome, std::span<const Axis> axes) const;

  /// Whether gene `i` is active, given the mask of all genes before it in order().
  bool awake(std::size_t i, const Genome& genome, const ActiveMask& mask,
             std::span<const Axis> axes) const {
    return all_hold(wakes_[i], genome, mask, axes);
  }

  /// Whether some forbidden combination holds.
  bool forbidden(const Genome& genome, const ActiveMask& mask, std::span<const Axis> axes) const;

  /// Whether one holds whose last gene stands at place `depth` of order(); it reads no gene after
  /// it.
  bool forbidden_at(std::size_t depth, const Genome& genome, const ActiveMask& mask,
                    std::span<const Axis> axes) const;

  /// Gene indices, each after those that its condition reads.
  const std::vector<std::size_t>& order() const { return order_; }

 private:
  struct Need {
    std::size_t gene = 0;
    bool listed = false;           ///< `readings` decides, otherwise the bounds
    std::vector<double> readings;  ///< ascending
    double ge = 0;
    double gt = 0;
    double le = 0;
    double lt = 0;
  };
  using Needs = std::vector<Need>;

  static Needs compile(const Condition& condition, const SearchSpace& space,
                       std::span<const Axis> axes);
  static bool all_hold(const Needs& needs, const Genome& genome, const ActiveMask& mask,
                       std::span<const Axis> axes);

  std::vector<std::size_t> order_;
  std::vector<Needs> wakes_;                      ///< by gene
  bool branches_ = false;                         ///< some gene may sleep
  std::vector<std::vector<Needs>> forbidden_at_;  ///< by place of the last gene in order
};

}  // namespace evolt
