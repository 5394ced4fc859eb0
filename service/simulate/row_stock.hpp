#pragma once

#include "service/simulate/row_coordinates.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace evolt {

/// Rows of a table that were not tried yet, in a given order and by where they lie.
///
/// A k-d tree (Bentley 1975, "Multidimensional binary search trees used for associative
/// searching") whose nodes know their bounding box and how many rows below them are left, so that
/// the nearest unused row is found without looking at used ones. Of rows equally near, any; the
/// same calls give the same rows.
class RowStock {
 public:
  /// Requires: `coordinates` outlives this; rows of it, each once.
  RowStock(const RowCoordinates& coordinates, std::vector<std::uint32_t> rows);

  std::size_t left() const { return nodes_.front().left; }

  /// The unused row nearest to `genome`, which is used now; nullopt when none is left.
  std::optional<std::uint32_t> take_nearest(const Genome& genome);

  /// The first unused row, likewise.
  std::optional<std::uint32_t> take_next();

  /// The row nearest to `genome`, used or not.
  std::uint32_t nearest(const Genome& genome) const;

  const RowCoordinates& coordinates() const { return *coordinates_; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffffU;

  /// Entries begin .. end-1 of `order_`.
  struct Node {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t parent = kNone;
    std::uint32_t children = kNone;  ///< the first of two neighbours
    std::uint32_t left = 0;          ///< rows that are not used
  };

  struct Search {
    std::span<const double> point;
    bool used_too = false;
    double distance = 0;
    std::uint32_t entry = kNone;
  };

  std::uint32_t add_node(std::uint32_t begin, std::uint32_t end, std::uint32_t parent);
  const double* box_of(std::uint32_t node) const;
  void grow();
  bool split(std::uint32_t node);
  double bound(std::uint32_t node, std::span<const double> point, double most) const;
  double distance(std::uint32_t entry, std::span<const double> point, double most) const;
  void visit(std::uint32_t node, Search& search) const;
  void use(std::uint32_t entry);

  const RowCoordinates* coordinates_;
  std::vector<std::uint32_t> rows_;   ///< in the given order
  std::vector<std::uint32_t> order_;  ///< positions in `rows_`, as the tree has them
  std::vector<std::uint32_t> entry_;  ///< where each position stands in `order_`
  std::vector<std::uint32_t> leaf_;   ///< of each entry
  std::vector<double> points_;        ///< of each entry: neighbours lie together
  std::vector<bool> used_;            ///< by position
  std::vector<Node> nodes_;
  std::vector<double> boxes_;  ///< of each node: lower ends, then upper ends
  std::size_t next_ = 0;
};

}  // namespace evolt
