#pragma once

#include "core/individual.hpp"
#include "core/search_space.hpp"
#include "core/value.hpp"
#include "propagator/encoding.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace evolt {

/// A table that is read well, but that no search can be measured on.
class Unsuitable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A configuration that was really trained.
struct PoolRow {
  Params params;
  Genome genome;
  std::optional<double> score;  ///< to be minimised; nullopt: diverged or not recorded
};

/// Recorded trainings as a function on the whole space: a configuration has the score of the
/// nearest row: a nearest-neighbour surrogate.
///
/// Nearest: the fewest differing choices; among those the least Euclidean distance over the other
/// genes, each in [0, 1] as encoded; of several equally near the first in the table. Rows with the
/// genes of an earlier one are never reached, and are left out.
///
/// Spaces are those of space.json, with one exception. A number of which more than half of the rows
/// lie within a tenth of its axis is placed by its rank among the rows instead, in [0, 1]: where a
/// table was drawn on another scale than the one it declares, a few rows would answer for nearly
/// all of the space (momenta of 0.9 to 0.9999 on a scale from 0.0005, for example).
class PoolTable {
 public:
  /// Reads space.json, configs.csv and, unless the score is a column of it, the score of the last
  /// epoch from curves.csv (both as they are or as .gz). Parameters of type `graph` are left out.
  /// Errors: Unsuitable for a table without a score, without a parameter that can be searched, or
  /// of an unknown type; std::runtime_error naming the file for one that cannot be read.
  explicit PoolTable(const std::string& directory);

  const SearchSpace& space() const { return encoding_.space(); }
  std::span<const PoolRow> rows() const { return rows_; }

  /// The lowest and the highest score of any row.
  double best() const { return best_; }
  double worst() const { return worst_; }

  /// The position of the nearest row that is not `used`.
  /// Requires: params fit the space; `used` is empty (none is), or says it of each row and leaves
  /// one. Thread: any. Cost: O(rows).
  std::size_t nearest(const Params& params, const std::vector<bool>& used = {}) const;

 private:
  PoolTable(Encoding encoding, std::vector<PoolRow> rows, const std::string& directory);
  static PoolTable read(const std::string& directory);

  Encoding encoding_;
  std::vector<PoolRow> rows_;
  double best_ = 0;
  double worst_ = 0;
};

}  // namespace evolt
