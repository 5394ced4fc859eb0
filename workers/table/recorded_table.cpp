#include "workers/table/recorded_table.hpp"

#include "core/config_error.hpp"
#include "workers/table/csv_file.hpp"
#include "workers/table/table_head.hpp"
#include "workers/table/table_rows.hpp"
#include "workers/table/target_table.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// Of all rows together: some 40 bytes each.
constexpr double kMostEpochs = 1e9;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// One column of all curves, row by row; empty where the table has none.
using Series = std::vector<double>;

struct Curves {
  Series score;
  Series train_loss;
  Series seconds;
  Series joules;
};

class RecordedTable final : public Table {
 public:
  RecordedTable(TableHead head, TableRows rows, Curves curves)
      : Table(std::move(head)), rows_(std::move(rows)), curves_(std::move(curves)) {}

  std::size_t rows() const override { return rows_.size(); }
  Params params(std::size_t row) const override { return rows_.params(head_.space, row); }

  TableEpoch at(std::size_t row, std::int64_t epoch) const override {
    const auto i =
        row * static_cast<std::size_t>(head_.epochs) + static_cast<std::size_t>(epoch - 1);
    return {.score = curves_.score[i],
            .train_loss = head_.has_train_loss ? curves_.train_loss[i] : kNone,
            .seconds = {head_.has_seconds ? curves_.seconds[i] : static_cast<double>(epoch)},
            .joules = {head_.has_joules ? curves_.joules[i] : 0}};
  }

 private:
  TableRows rows_;
  Curves curves_;
};

/// Reads curves.csv into series of rows times epochs.
class CurveReader {
 public:
  CurveReader(const std::string& path, const TableHead& head, const TableRows& rows)
      : file_(path), head_(head), rows_(rows), seen_(rows.size() * epochs()) {
    id_ = file_.need("config_id");
    epoch_ = file_.need("epoch");
    add(file_.need(head.score), curves_.score);
    for (const auto& [name, series] :
         {std::pair{"train_loss", &curves_.train_loss}, std::pair{"cum_seconds", &curves_.seconds},
          std::pair{"cum_joules", &curves_.joules}}) {
      if (const std::size_t at = file_.find(name); at < file_.columns().size()) {
        add(at, *series);
      }
    }
  }

  Curves read() {
    while (file_.next()) {
      const std::size_t i = place();
      if (seen_[i]) {
        file_.fail("this epoch of this configuration stands twice");
      }
      seen_[i] = true;
      for (const auto& [column, series] : columns_) {
        (*series)[i] = number(column);
      }
    }
    check_rows();
    for (Series* const series : {&curves_.train_loss, &curves_.seconds, &curves_.joules}) {
      if (std::all_of(series->begin(), series->end(), [](double x) { return std::isnan(x); })) {
        *series = {};
      }
    }
    never_falling(curves_.seconds);
    never_falling(curves_.joules);
    return std::move(curves_);
  }

 private:
  std::size_t epochs() const { return static_cast<std::size_t>(head_.epochs); }

  void add(std::size_t column, Series& series) {
    series.assign(seen_.size(), kNone);
    columns_.emplace_back(column, &series);
  }

  /// Where the present line belongs.
  std::size_t place() {
    const std::string_view id = file_.fields()[id_];
    if (id != last_id_ || !last_row_) {
      last_id_ = id;
      last_row_ = rows_.find(id);
      if (!last_row_) {
        file_.fail("configs.csv has no such configuration", "config_id", id);
      }
    }
    const std::string_view text = file_.fields()[epoch_];
    std::size_t epoch = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
    if (error != std::errc() || end != text.data() + text.size() || epoch < 1 || epoch > epochs()) {
      file_.fail("is no epoch of this table", "epoch", text, absl::StrCat("1 to ", epochs()));
    }
    return *last_row_ * epochs() + epoch - 1;
  }

  double number(std::size_t column) const {
    const std::string_view text = file_.fields()[column];
    if (text.empty()) {
      return kNone;
    }
    const std::optional<double> value = number_of_cell(text);
    if (!value) {
      file_.fail("is not a number", file_.columns()[column], text,
                 "a number, or nothing where it was not finite or not recorded");
    }
    return std::isfinite(*value) ? *value : kNone;
  }

  void check_rows() const {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const auto from = seen_.begin() + static_cast<std::ptrdiff_t>(row * epochs());
      if (std::find(from, from + head_.epochs, true) == from + head_.epochs) {
        file_.fail(absl::StrCat("ends without a line of configuration ", rows_.id(row)));
      }
    }
  }

  /// What is not recorded is what was before it.
  void never_falling(Series& series) const {
    for (std::size_t i = 0; i < series.size(); ++i) {
      const double before = i % epochs() == 0 ? 0 : series[i - 1];
      series[i] = std::isnan(series[i]) ? before : std::max(series[i], before);
    }
  }

  CsvFile file_;
  const TableHead& head_;
  const TableRows& rows_;
  std::vector<bool> seen_;
  std::size_t id_ = 0;
  std::size_t epoch_ = 0;
  Curves curves_;
  std::vector<std::pair<std::size_t, Series*>> columns_;
  std::string last_id_;
  std::optional<std::size_t> last_row_;
};

}  // namespace

std::unique_ptr<Table> read_table(const std::string& directory) {
  if (is_target_table(directory)) {
    return read_target_table(directory);
  }
  TableLayout layout = read_table_layout(directory);
  TableRows rows = read_table_rows(find_table_file(directory, "configs.csv"), layout);
  TableHead& head = layout.head;
  if (static_cast<double>(rows.size()) * static_cast<double>(head.epochs) > kMostEpochs) {
    throw ConfigError(
        Complaint{.what = absl::StrCat("a table of ", rows.size(), " rows of ", head.epochs,
                                       " epochs is too large: together at most a thousand million"),
                  .file = layout.file});
  }
  Curves curves = CurveReader(find_table_file(directory, "curves.csv"), head, rows).read();
  head.has_train_loss = !curves.train_loss.empty() && head.score != "train_loss";
  head.has_seconds = !curves.seconds.empty();
  head.has_joules = !curves.joules.empty();
  return std::make_unique<RecordedTable>(std::move(head), std::move(rows), std::move(curves));
}

}  // namespace evolt
