#include "workers/table/csv_file.hpp"

#include "core/config_error.hpp"
#include "workers/text.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <zlib.h>

namespace evolt {

/// Bytes of a file, decompressed where they need to be.
class CsvFile::Source {
 public:
  explicit Source(const std::string& path) : file_(gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr) {
      throw ConfigError(Complaint{
          .what = "cannot be read: " + std::generic_category().message(errno), .file = path});
    }
    gzbuffer(file_, 1U << 18U);
    block_.resize(1U << 18U);
  }
  ~Source() { gzclose(file_); }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Appends up to the next line's end to `line`; false when nothing is left.
  bool read_line(std::string& line) {
    bool any = false;
    while (true) {
      if (at_ == end_ && !fill()) {
        return any;
      }
      any = true;
      const char* const from = block_.data() + at_;
      const auto* const stop = static_cast<const char*>(std::memchr(from, '\n', end_ - at_));
      const std::size_t length =
          stop == nullptr ? end_ - at_ : static_cast<std::size_t>(stop - from);
      line.append(from, length);
      at_ += length;
      if (stop != nullptr) {
        ++at_;
        return true;
      }
    }
  }

  /// Empty: all is well so far.
  const std::string& error() const { return error_; }

 private:
  bool fill() {
    const int count = gzread(file_, block_.data(), static_cast<unsigned>(block_.size()));
    at_ = 0;
    end_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    int code = Z_OK;
    const char* const text = gzerror(file_, &code);
    if (count < 0 || (code != Z_OK && code != Z_STREAM_END)) {
      error_ = code == Z_ERRNO ? std::generic_category().message(errno) : std::string(text);
      end_ = 0;
    }
    return end_ > 0;
  }

  gzFile file_;
  std::vector<char> block_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::string error_;
};

CsvFile::CsvFile(std::string path)
    : path_(std::move(path)), source_(std::make_unique<Source>(path_)) {
  if (!read_line()) {
    throw ConfigError(
        Complaint{.what = "is empty: a table's file has a header line", .file = path_});
  }
  split();
  columns_.assign(fields_.begin(), fields_.end());
}

CsvFile::~CsvFile() = default;

std::size_t CsvFile::find(std::string_view column) const {
  return static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column) -
                                  columns_.begin());
}

std::size_t CsvFile::need(std::string_view column) const {
  const std::size_t at = find(column);
  if (at == columns_.size()) {
    throw ConfigError(Complaint{.what = absl::StrCat("has no column \"", std::string(column), "\""),
                                .found = absl::StrJoin(columns_, ", "),
                                .nearest = nearest_word(column, columns_),
                                .file = path_,
                                .line = 1});
  }
  return at;
}

bool CsvFile::read_line() {
  do {
    text_.clear();
    if (!source_->read_line(text_)) {
      if (!source_->error().empty()) {
        throw ConfigError(Complaint{
            .what = "cannot be read: " + source_->error(), .file = path_, .line = line_ + 1});
      }
      return false;
    }
    ++line_;
    if (!text_.empty() && text_.back() == '\r') {
      text_.pop_back();
    }
  } while (text_.empty());
  return true;
}

bool CsvFile::next() {
  if (!read_line()) {
    return false;
  }
  split();
  if (fields_.size() != columns_.size()) {
    fail(absl::StrCat("has ", fields_.size(), " fields where the header has ", columns_.size()));
  }
  return true;
}

/// Fields lie in the line itself; one with quotes is rewritten where it stands.
void CsvFile::split() {
  fields_.clear();
  char* at = text_.data();
  char* const end = at + text_.size();
  while (true) {
    char* const begin = at;
    char* stop = begin;
    if (at != end && *at == '"') {
      ++at;
      while (at != end && (*at != '"' || (at + 1 != end && at[1] == '"'))) {
        at += *at == '"' ? 1 : 0;
        *stop++ = *at++;
      }
      if (at == end) {
        fail("a quote is not closed");
      }
      ++at;
      if (at != end && *at != ',') {
        fail("a quoted field goes on behind its quote");
      }
    } else {
      stop = at = std::find(at, end, ',');
    }
    fields_.emplace_back(begin, static_cast<std::size_t>(stop - begin));
    if (at == end) {
      return;
    }
    ++at;
  }
}

void CsvFile::fail(std::string what, std::string_view column, std::string_view found,
                   std::string allowed) const {
  throw ConfigError(Complaint{.what = std::move(what),
                              .key = std::string(column),
                              .found = std::string(found),
                              .allowed = std::move(allowed),
                              .file = path_,
                              .line = line_});
}

std::optional<double> number_of_cell(std::string_view cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (end != cell.data() + cell.size() || error == std::errc::invalid_argument) {
    return std::nullopt;
  }
  return error == std::errc::result_out_of_range ? HUGE_VAL : value;
}

std::string find_table_file(const std::string& directory, const std::string& name) {
  std::error_code error;
  for (const char* const suffix : {"", ".gz"}) {
    std::string path = concat(directory, '/', name, suffix);
    if (std::filesystem::exists(path, error)) {
      return path;
    }
  }
  throw ConfigError(Complaint{.what = absl::StrCat("has no ", name, " and no ", name,
                                                   ".gz; docs/simulate.md says what a "
                                                   "table is made of"),
                              .file = directory});
}

}  // namespace evolt
