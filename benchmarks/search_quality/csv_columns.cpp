#include "benchmarks/search_quality/csv_columns.hpp"

#include "benchmarks/search_quality/text_file.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace evolt {
namespace {

/// The next line, taken off the front of `text`, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

/// Splits at commas outside quotes. The fields are kept from line to line, to save allocations.
void split(std::string_view line, std::vector<std::string>& fields) {
  std::size_t count = 0;
  bool quoted = false;
  const auto begin_field = [&] {
    if (count == fields.size()) {
      fields.emplace_back();
    }
    fields[count++].clear();
  };
  begin_field();
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ',' && !quoted) {
      begin_field();
    } else if (line[i] != '"') {
      fields[count - 1].push_back(line[i]);
    } else if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields[count - 1].push_back(line[++i]);
    } else {
      quoted = !quoted;
    }
  }
  fields.resize(count);
}

}  // namespace

std::vector<std::string> csv_names(const std::string& path) {
  const std::string text = read_text_file(path);
  std::string_view rest = text;
  std::vector<std::string> names;
  split(take_line(rest), names);
  return names;
}

void read_columns(const std::string& path, const std::vector<std::string>& columns,
                  const std::function<void(std::span<const std::string> fields)>& row) {
  const std::string text = read_text_file(path);
  std::string_view rest = text;
  std::vector<std::string> fields;
  split(take_line(rest), fields);
  std::vector<std::size_t> places;
  for (const std::string& column : columns) {
    const auto at = std::find(fields.begin(), fields.end(), column);
    if (at == fields.end()) {
      throw std::runtime_error(path + " has no column " + column);
    }
    places.push_back(static_cast<std::size_t>(at - fields.begin()));
  }
  const std::size_t width = fields.size();
  std::vector<std::string> chosen(columns.size());
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) {
      continue;
    }
    split(line, fields);
    if (fields.size() != width) {
      throw std::runtime_error(path + " has a line that is not as long as its header: " +
                               std::string(line.substr(0, 60)));
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      chosen[i] = fields[places[i]];
    }
    row(chosen);
  }
}

}  // namespace evolt
