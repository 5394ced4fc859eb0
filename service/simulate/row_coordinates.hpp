#pragma once

#include "core/individual.hpp"
#include "propagator/encoding.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace evolt {

/// The rows of a table as points of the encoded space: a gene for each parameter, -1 where it is
/// not active. Points differ by the sum over their genes: numbers by their distance, choices by 0
/// or 1, a gene that is active in one alone by 1.
class RowCoordinates {
 public:
  /// Requires: `encoding` outlives this.
  explicit RowCoordinates(const Encoding& encoding);

  std::size_t dimensions() const { return choices_.size(); }
  bool is_choice(std::size_t gene) const { return choices_[gene] != 0; }

  /// The next row.
  void add(const Genome& genome);

  std::span<const double> of(std::uint32_t row) const {
    return std::span(points_).subspan(row * dimensions(), dimensions());
  }

  /// The same for any genome.
  std::vector<double> point(const Genome& genome) const;

  /// A row's genome, as Encoding::encode gives it.
  Genome genome(std::uint32_t row) const;

 private:
  const Encoding* encoding_;
  std::vector<unsigned char> choices_;  ///< whether each gene is one
  std::vector<double> points_;
};

}  // namespace evolt
