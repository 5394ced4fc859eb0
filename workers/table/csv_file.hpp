#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A comma-separated file with a header line, plain or gzip, read line by line.
///
/// A field may stand in double quotes, and a quote in it is doubled; no field reaches over a line's
/// end. Errors: ConfigError with file and line: it cannot be read, it is empty, a line has another
/// number of fields than the header, a quote is not closed.
class CsvFile {
 public:
  explicit CsvFile(std::string path);
  ~CsvFile();
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  const std::vector<std::string>& columns() const { return columns_; }

  /// The position of a column; `columns().size()` when there is none.
  std::size_t find(std::string_view column) const;

  /// The position of a column. Errors: ConfigError when there is none.
  std::size_t need(std::string_view column) const;

  /// Goes to the next line that is not empty; false at the end.
  bool next();

  /// The fields of the present line, until next().
  const std::vector<std::string_view>& fields() const { return fields_; }

  /// Throws a ConfigError about the present line.
  [[noreturn]] void fail(std::string what, std::string_view column = {},
                         std::string_view found = {}, std::string allowed = {}) const;

 private:
  class Source;

  bool read_line();
  void split();

  std::string path_;
  std::unique_ptr<Source> source_;
  std::vector<std::string> columns_;
  std::string text_;  ///< the present line
  std::vector<std::string_view> fields_;
  int line_ = 0;
};

/// A cell as a number, which may be NaN or infinite; nullopt when it is none. What is too large for
/// a double is infinite.
std::optional<double> number_of_cell(std::string_view cell);

/// The file of that name in a directory, or with `.gz` behind it. Errors: ConfigError when there is
/// neither.
std::string find_table_file(const std::string& directory, const std::string& name);

}  // namespace evolt
