#pragma once

#include "core/search_space.hpp"
#include "core/units.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace evolt {

/// What a table says of itself.
struct TableHead {
  std::string name;
  SearchSpace space;
  std::string score;       ///< the metric that is optimised
  bool maximized = false;  ///< it is better when larger
  std::int64_t epochs = 0;
  bool has_train_loss = false;
  bool has_seconds = false;  ///< otherwise an epoch counts as a second
  bool has_joules = false;
};

/// One epoch of one row.
struct TableEpoch {
  double score = 0;       ///< NaN: not finite, or not recorded
  double train_loss = 0;  ///< likewise
  Seconds seconds;        ///< of training, from its start to the end of this epoch
  Joules joules;          ///< likewise; 0 where the table has none
};

/// Trainings that were recorded in full, a row for each configuration. Rows are numbered from 0,
/// epochs from 1. Thread: any; const calls share nothing.
class Table {
 public:
  explicit Table(TableHead head) : head_(std::move(head)) {}
  virtual ~Table() = default;

  const TableHead& head() const { return head_; }

  virtual std::size_t rows() const = 0;

  /// The active parameters of a row, in the order of the space. Requires: row < rows().
  virtual Params params(std::size_t row) const = 0;

  /// Requires: row < rows(); 1 <= epoch <= head().epochs.
  virtual TableEpoch at(std::size_t row, std::int64_t epoch) const = 0;

  TableEpoch last(std::size_t row) const { return at(row, head_.epochs); }

 protected:
  TableHead head_;
};

}  // namespace evolt
