#pragma once

#include "propagator/encoding.hpp"
#include "service/simulate/row_coordinates.hpp"
#include "service/study.hpp"
#include "workers/table/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// How a configuration becomes a row.
enum class Lookup {
  exact,    ///< the row of these parameters, floats equal to 1e-6 relative; else it is infeasible
  nearest,  ///< the search is given the nearest unused row, and told that row's own parameters
};

/// The study that a table alone describes: its space, its score, every row once. `overrides`: as
/// read_study's. Errors: ConfigError.
Study study_of_table(const Table& table, const std::vector<std::string>& overrides);

/// A study over a table: what all replays share. Thread: any, const.
class TableStudy {
 public:
  /// Rows that the study's space does not hold are left out; trials are as long as the table's.
  /// Requires: `table` outlives this.
  /// Errors: ConfigError for a study whose parameters are not the table's, whose first objective is
  /// not the table's score, which asks for metrics that a table does not have or for plug-ins, and
  /// for one that holds no row of the table.
  TableStudy(const Table& table, Study study);
  TableStudy(const TableStudy&) = delete;
  TableStudy& operator=(const TableStudy&) = delete;

  const Table& table() const { return table_; }
  const Study& study() const { return study_; }
  const Encoding& encoding() const { return encoding_; }

  /// Berth's.
  std::string unmeasured() const { return table_.head().has_joules ? "" : "the table has none"; }

  /// Rows that the study's space holds.
  const std::vector<std::uint32_t>& rows() const { return rows_; }

  /// Of all rows of the table; those that are left out stand nowhere.
  const RowCoordinates& coordinates() const { return coordinates_; }

  /// `exact` where every configuration of the space is a row, else `nearest`.
  Lookup usual_lookup() const;

  /// The final score of a row, smaller being better; infinite where it diverged. Of a table of
  /// joules to a target: those joules, infinite where it mostly never comes there.
  double cost(std::uint32_t row) const;

  /// The target that trials train to; nullopt: they train to the end.
  std::optional<double> target() const;

  /// The cost of the setting that savings are measured from; nullopt: there is none.
  std::optional<double> reference_cost() const;

 private:
  const Table& table_;
  Study study_;
  Encoding encoding_;
  RowCoordinates coordinates_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace evolt
