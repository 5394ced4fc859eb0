#include "workers/result_file.hpp"

#include "workers/flat_json.hpp"
#include "workers/text.hpp"

#include <absl/status/status.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace evolt {
namespace {

constexpr std::uintmax_t kLargest = std::uintmax_t{64} << 20;

absl::Status no_report(std::string_view where) {
  return absl::InvalidArgumentError(concat(where, " is not a JSON object with a number in it"));
}

absl::StatusOr<std::vector<Report>> parse_objects(const std::vector<std::string_view>& objects,
                                                  std::string_view what) {
  std::vector<Report> reports;
  FlatJson json;
  for (const std::string_view object : objects) {
    Report report;
    if (!read_json_report(json, object, report)) {
      return no_report(concat(what, " ", reports.size() + 1));
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

/// One row of CSV; quotes as RFC 4180 has them, but no line breaks inside.
std::vector<std::string> split_row(std::string_view row) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (quoted && c == '"' && i + 1 < row.size() && row[i + 1] == '"') {
      cells.back().push_back('"');
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back().push_back(c);
    }
  }
  for (std::string& cell : cells) {
    cell = std::string(strip(cell));
  }
  return cells;
}

/// A row as the JSON object that says the same, so that one place decides what a report is.
std::string as_object(const std::vector<std::string>& names,
                      const std::vector<std::string>& cells) {
  std::string object = "{";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i >= cells.size() || cells[i].empty()) {
      continue;
    }
    object += object.size() > 1 ? "," : "";
    append_json(object, std::string_view(names[i]));
    object += ':';
    if (read_number(cells[i])) {
      object += cells[i].front() == '+' ? cells[i].substr(1) : cells[i];
    } else {
      append_json(object, std::string_view(cells[i]));
    }
  }
  return object + "}";
}

absl::StatusOr<std::vector<Report>> parse_csv(std::string_view text) {
  if (!is_utf8(text)) {
    return absl::InvalidArgumentError("it is not valid UTF-8");
  }
  std::optional<std::vector<std::string>> names;
  std::vector<Report> reports;
  FlatJson json;
  std::size_t line = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++line;
    const std::string_view row = strip(raw);
    if (row.empty()) {
      continue;
    }
    std::vector<std::string> cells = split_row(row);
    if (!names) {
      names = std::move(cells);
      continue;
    }
    if (cells.size() != names->size()) {
      return absl::InvalidArgumentError(
          concat("line ", line, " has ", cells.size(), " cells, the header ", names->size()));
    }
    Report report;
    const std::string object = as_object(*names, cells);
    // `01` and the like are numbers in CSV, but not in JSON: such a cell makes the row unreadable
    // rather than wrong.
    if (!read_json_report(json, object, report)) {
      return absl::InvalidArgumentError(concat("line ", line, " holds no usable number"));
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace

absl::StatusOr<std::vector<Report>> parse_result(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    text.remove_prefix(3);
  }
  text = strip(text);
  if (text.empty()) {
    return absl::InvalidArgumentError("it is empty");
  }
  if (text.front() == '[') {
    const auto elements = split_json_array(text);
    if (!elements) {
      return absl::InvalidArgumentError("it begins like a JSON list but is none");
    }
    return parse_objects(*elements, "element");
  }
  if (text.front() != '{') {
    return parse_csv(text);
  }
  FlatJson whole;
  if (whole.parse(text)) {
    return parse_objects({text}, "object");
  }
  std::vector<std::string_view> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!strip(line).empty()) {
      lines.push_back(line);
    }
  }
  return parse_objects(lines, "line");
}

absl::StatusOr<std::vector<Report>> read_result_file(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) {
    return absl::NotFoundError(concat("result file ", path, ": ", error.message()));
  }
  if (size > kLargest) {
    return absl::OutOfRangeError(
        concat("result file ", path, " has ", size, " bytes; at most ", kLargest, " are read"));
  }
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  absl::StatusOr<std::vector<Report>> reports = parse_result(text);
  if (!reports.ok()) {
    return absl::InvalidArgumentError(
        concat("result file ", path, ": ", std::string(reports.status().message())));
  }
  return reports;
}

}  // namespace evolt
