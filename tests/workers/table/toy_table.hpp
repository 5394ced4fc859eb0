#pragma once

#include "workers/table/table.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace evolt::testing {

/// A table of one real parameter `x` in [0, 1] whose curves are given by the test; each epoch of
/// row r takes r + 1 seconds and 10 joules.
class ToyTable final : public Table {
 public:
  struct Row {
    double x = 0;
    std::vector<double> scores;  ///< NaN: diverged
  };

  explicit ToyTable(std::vector<Row> rows, bool maximized = true)
      : Table(TableHead{.name = "toy",
                        .space = SearchSpace({{"x", FloatDomain{0, 1}, {}}}),
                        .score = "acc",
                        .maximized = maximized,
                        .epochs = static_cast<std::int64_t>(rows.front().scores.size()),
                        .has_train_loss = true,
                        .has_seconds = true,
                        .has_joules = true}),
        rows_(std::move(rows)) {}

  std::size_t rows() const override { return rows_.size(); }
  Params params(std::size_t row) const override { return {{"x", rows_[row].x}}; }
  TableEpoch at(std::size_t row, std::int64_t epoch) const override {
    return {.score = rows_[row].scores[static_cast<std::size_t>(epoch - 1)],
            .train_loss = 1,
            .seconds = {static_cast<double>(row + 1) * static_cast<double>(epoch)},
            .joules = {10 * static_cast<double>(epoch)}};
  }

 private:
  std::vector<Row> rows_;
};

/// `count` rows, evenly spread; the accuracy of the i-th grows to (i + 1) / count over `epochs`
/// epochs, and the later rows are ahead from the start.
inline ToyTable ladder(std::size_t count, std::int64_t epochs) {
  std::vector<ToyTable::Row> rows;
  for (std::size_t i = 0; i < count; ++i) {
    ToyTable::Row row{.x = static_cast<double>(i) / static_cast<double>(count), .scores = {}};
    for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
      row.scores.push_back(static_cast<double>(i + 1) / static_cast<double>(count) *
                           (1 - 0.5 / static_cast<double>(epoch)));
    }
    rows.push_back(std::move(row));
  }
  return ToyTable(std::move(rows));
}

}  // namespace evolt::testing
