#pragma once

#include "core/search_space.hpp"
#include "core/units.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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
  /// Of a table of joules to a target: the target that is usual for it, if one is.
  std::optional<double> target;
  /// Of such a table: the row of the setting that savings are measured from. Nullopt: another
  /// table.
  std::optional<std::size_t> reference;
};

/// One epoch of one row.
struct TableEpoch {
  double score =
      0;  ///< NaN: not finite, or not recorded; in a table of joules to a target: not known
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

  /// How many epochs a row trains, at most head().epochs.
  virtual std::int64_t length(std::size_t /*row*/) const { return head_.epochs; }

  TableEpoch last(std::size_t row) const { return at(row, length(row)); }

  /// Where rows were trained several times: a table with one of the trainings for each row, drawn
  /// by the seed, each as long as it takes to the target. Nullptr: each was trained once. Requires:
  /// this outlives it.
  virtual std::unique_ptr<Table> drawn(std::uint64_t /*seed*/, double /*target*/) const {
    return nullptr;
  }

  /// The joules until a row comes to the target, the median of its trainings; nullopt: more than
  /// half of them never did, or the table has no targets.
  virtual std::optional<Joules> joules_to(std::size_t /*row*/, double /*target*/) const {
    return std::nullopt;
  }

 protected:
  TableHead head_;
};

}  // namespace evolt
