#include "benchmarks/search_quality/text_file.hpp"

#include <array>
#include <charconv>
#include <stdexcept>
#include <zlib.h>

namespace evolt {

std::string read_text_file(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");  // also for files that are not compressed
  if (file == nullptr) {
    throw std::runtime_error("cannot read " + path);
  }
  std::string text;
  std::array<char, 1 << 16> block{};
  int got = 0;
  while ((got = gzread(file, block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  // Only closing tells a file that was cut off from one that has ended.
  if (gzclose(file) != Z_OK || got < 0) {
    throw std::runtime_error("cannot unpack " + path);
  }
  return text;
}

std::vector<std::string_view> rows_below(std::string_view text, std::string_view header,
                                         const std::string& path) {
  std::vector<std::string_view> rows;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (first && line != header) {
      break;
    }
    if (!first && !line.empty()) {
      rows.push_back(line);
    }
    first = false;
  }
  if (first || rows.empty()) {
    throw std::runtime_error(path + " does not hold rows below \"" + std::string(header) + '"');
  }
  return rows;
}

std::string_view take_field(std::string_view& row) {
  const std::size_t end = row.find(',');
  const std::string_view field = row.substr(0, end);
  row.remove_prefix(end == std::string_view::npos ? row.size() : end + 1);
  return field;
}

double take_number(std::string_view& row) {
  const std::string_view field = take_field(row);
  double number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  if (error != std::errc{} || end != field.data() + field.size()) {
    throw std::runtime_error("\"" + std::string(field) + "\" is not a number");
  }
  return number;
}

}  // namespace evolt
