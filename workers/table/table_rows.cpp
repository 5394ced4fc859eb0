#include "workers/table/table_rows.hpp"

#include "core/config_error.hpp"
#include "workers/table/csv_file.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <variant>

namespace evolt {
namespace {

/// Cells are rounded; a value that misses its range by less is at its end.
constexpr double kRounding = 1e-6;

std::string range_text(const Domain& domain) {
  if (const auto* const values = listed_values(domain)) {
    return absl::StrJoin(*values, ", ",
                         [](std::string* out, const Value& value) { out->append(to_text(value)); });
  }
  return std::visit(
      [](const auto& range) -> std::string {
        if constexpr (requires { range.low; }) {
          return absl::StrCat(range.low, " to ", range.high);
        } else {
          return {};
        }
      },
      domain);
}

bool same_cell(const Value& value, std::string_view cell) {
  if (const auto* const flag = std::get_if<bool>(&value)) {
    return cell == (*flag ? "true" : "false") || cell == (*flag ? "True" : "False");
  }
  const std::string text = to_text(value);
  const auto here = number_of_cell(cell);
  const auto wanted = number_of_cell(text);
  return text == cell ||
         (here && wanted && std::abs(*here - *wanted) <= kRounding * std::abs(*wanted));
}

/// The cell as a number; nullopt when it is no value of the domain.
std::optional<double> read_cell(const Domain& domain, std::string_view cell) {
  if (const auto* const values = listed_values(domain)) {
    for (std::size_t i = 0; i < values->size(); ++i) {
      if (same_cell((*values)[i], cell)) {
        return static_cast<double>(i);
      }
    }
    return std::nullopt;
  }
  const std::optional<double> value = number_of_cell(cell);
  if (!value || !std::isfinite(*value)) {
    return std::nullopt;
  }
  const auto* const whole = std::get_if<IntDomain>(&domain);
  const auto* const real = std::get_if<FloatDomain>(&domain);
  const double low = whole != nullptr ? static_cast<double>(whole->low) : real->low;
  const double high = whole != nullptr ? static_cast<double>(whole->high) : real->high;
  const double inside = std::clamp(*value, low, high);
  if (std::abs(*value - inside) > kRounding * std::abs(inside) ||
      (whole != nullptr && *value != std::round(*value))) {
    return std::nullopt;
  }
  return inside;
}

Value value_of(const Domain& domain, double number) {
  if (const auto* const values = listed_values(domain)) {
    return (*values)[static_cast<std::size_t>(number)];
  }
  return std::holds_alternative<IntDomain>(domain) ? Value(static_cast<std::int64_t>(number))
                                                   : Value(number);
}

/// Reads the cells of one line, each parameter after those that its condition names.
class RowReader {
 public:
  RowReader(const CsvFile& file, const SearchSpace& space) : file_(file), space_(space) {
    for (const Parameter& parameter : space.parameters()) {
      columns_.push_back(file.need(parameter.name));
    }
  }

  std::vector<double> read() {
    std::vector<double> cells(space_.size(), std::numeric_limits<double>::quiet_NaN());
    params_.clear();
    for (const std::size_t i : space_.order()) {
      const Parameter& parameter = space_.parameters()[i];
      if (!parameter.when.all.empty() && !holds(parameter.when, params_)) {
        continue;
      }
      const std::string_view text = file_.fields()[columns_[i]];
      const std::optional<double> number = read_cell(parameter.domain, text);
      if (!number) {
        file_.fail("is not in the space of the table", parameter.name,
                   absl::StrCat("\"", std::string(text), "\""), range_text(parameter.domain));
      }
      cells[i] = *number;
      if (conditional_) {
        params_.emplace_back(parameter.name, value_of(parameter.domain, *number));
      }
    }
    return cells;
  }

 private:
  const CsvFile& file_;
  const SearchSpace& space_;
  std::vector<std::size_t> columns_;
  Params params_;
  bool conditional_ =
      std::any_of(space_.parameters().begin(), space_.parameters().end(),
                  [](const Parameter& parameter) { return !parameter.when.all.empty(); });
};

SearchSpace space_of(const TableLayout& layout) {
  try {
    return SearchSpace(layout.parameters);
  } catch (const ConfigError& error) {
    throw error.at(layout.file, 0, 0);
  }
}

}  // namespace

std::optional<std::size_t> TableRows::find(std::string_view id) const {
  const auto at = row_of_.find(std::string(id));
  return at == row_of_.end() ? std::nullopt : std::optional(at->second);
}

Params TableRows::params(const SearchSpace& space, std::size_t row) const {
  Params params;
  params.reserve(space.size());
  for (std::size_t i = 0; i < space.size(); ++i) {
    const double cell = cells_[row * space.size() + i];
    if (!std::isnan(cell)) {
      const Parameter& parameter = space.parameters()[i];
      params.emplace_back(parameter.name, value_of(parameter.domain, cell));
    }
  }
  return params;
}

TableRows read_table_rows(const std::string& path, TableLayout& layout) {
  const SearchSpace visible = space_of(layout);
  CsvFile file(path);
  const std::size_t id_column = file.need("config_id");
  RowReader reader(file, visible);
  TableRows rows;
  std::vector<std::vector<double>> lines;
  std::map<std::vector<double>, std::int64_t> alike;
  std::int64_t most = 0;
  while (file.next()) {
    std::string id(file.fields()[id_column]);
    if (!rows.row_of_.emplace(id, lines.size()).second) {
      file.fail("this configuration stands twice", "config_id", id);
    }
    std::vector<double> cells = reader.read();
    std::vector<double> key = cells;
    // NaN is not equal to itself.
    std::replace_if(
        key.begin(), key.end(), [](double x) { return std::isnan(x); }, -HUGE_VAL);
    const std::int64_t number = alike[std::move(key)]++;
    most = std::max(most, number);
    if (!layout.opaque.empty()) {
      cells.push_back(static_cast<double>(number));
    } else if (number > 0) {
      file.fail("another configuration has the same parameters", "config_id", id);
    }
    rows.ids_.push_back(std::move(id));
    lines.push_back(std::move(cells));
  }
  if (lines.empty()) {
    throw ConfigError(Complaint{.what = "has no configuration", .file = path});
  }
  if (!layout.opaque.empty()) {
    layout.parameters.push_back(
        {layout.opaque, IntDomain{.low = 0, .high = std::max<std::int64_t>(most, 1)}, {}});
  }
  layout.head.space = space_of(layout);
  for (const std::vector<double>& cells : lines) {
    rows.cells_.insert(rows.cells_.end(), cells.begin(), cells.end());
  }
  return rows;
}

}  // namespace evolt
