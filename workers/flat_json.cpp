#include "workers/flat_json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace evolt {
namespace {

constexpr int kDeepest = 64;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(),
                                                  [](char a, char b) { return lower(a) == b; });
}

std::optional<double> read_not_finite(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (same_word(text, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (same_word(text, "inf") || same_word(text, "infinity")) {
    const double infinity = std::numeric_limits<double>::infinity();
    return negative ? -infinity : infinity;
  }
  return std::nullopt;
}

/// The value of a number token that is known to be well formed.
double to_double(std::string_view token) {
  double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error == std::errc::result_out_of_range) {
    return std::strtod(std::string(token).c_str(), nullptr);  // infinite or zero, as it should be
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// Reads values one after the other; every function returns false where the text is not JSON.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  const char* position() const { return at_; }

  void skip_space() {
    while (at_ != end_ && is_space(*at_)) {
      ++at_;
    }
  }

  bool take(char c) {
    if (at_ != end_ && *at_ == c) {
      ++at_;
      return true;
    }
    return false;
  }

  bool done() {
    skip_space();
    return at_ == end_;
  }

  bool read_string(std::string& scratch, std::string_view& text);
  bool read_value(std::string& scratch, FlatJson::Field& field, int depth);

 private:
  bool read_escape(std::string& scratch);
  bool read_hex(std::uint32_t& code);
  bool read_scalar(FlatJson::Field& field);
  bool read_nested(std::string& scratch, FlatJson::Field& field, int depth);

  const char* at_;
  const char* end_;
};

bool Cursor::read_hex(std::uint32_t& code) {
  if (end_ - at_ < 4) {
    return false;
  }
  const auto [end, error] = std::from_chars(at_, at_ + 4, code, 16);
  if (error != std::errc{} || end != at_ + 4) {
    return false;
  }
  at_ += 4;
  return true;
}

bool Cursor::read_escape(std::string& scratch) {
  static constexpr std::string_view kFrom = "\"\\/bfnrt";
  static constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  if (at_ == end_) {
    return false;
  }
  const char c = *at_++;
  if (c != 'u') {
    const std::size_t which = kFrom.find(c);
    if (which == std::string_view::npos) {
      return false;
    }
    scratch.push_back(kTo[which]);
    return true;
  }
  std::uint32_t code = 0;
  if (!read_hex(code)) {
    return false;
  }
  if (code >= 0xD800 && code < 0xDC00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
    const char* const before = at_;
    std::uint32_t low = 0;
    at_ += 2;
    if (read_hex(low) && low >= 0xDC00 && low < 0xE000) {
      append_utf8(scratch, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
      return true;
    }
    at_ = before;
  }
  append_utf8(scratch, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
  return true;
}

bool Cursor::read_string(std::string& scratch, std::string_view& text) {
  if (!take('"')) {
    return false;
  }
  const char* const start = at_;
  while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) {
    ++at_;
  }
  if (at_ == end_) {
    return false;
  }
  if (*at_ == '"') {
    text = {start, static_cast<std::size_t>(at_ - start)};
    ++at_;
    return true;
  }
  const std::size_t offset = scratch.size();
  scratch.append(start, at_);
  while (at_ != end_ && *at_ != '"') {
    const char c = *at_++;
    if (static_cast<unsigned char>(c) < 0x20 || (c == '\\' && !read_escape(scratch))) {
      return false;
    }
    if (c != '\\') {
      scratch.push_back(c);
    }
  }
  text = std::string_view(scratch).substr(offset);
  return take('"');
}

bool Cursor::read_scalar(FlatJson::Field& field) {
  const char* const start = at_;
  while (at_ != end_ && !is_space(*at_) && *at_ != ',' && *at_ != '}' && *at_ != ']') {
    ++at_;
  }
  const std::string_view token(start, static_cast<std::size_t>(at_ - start));
  if (token == "true" || token == "false") {
    field.kind = FlatJson::Kind::boolean;
    field.flag = token == "true";
    return true;
  }
  if (token == "null") {
    field.kind = FlatJson::Kind::null;
    return true;
  }
  if (!token.empty() && token.front() == '+') {
    return false;
  }
  const std::optional<double> number = read_number(token);
  if (!number) {
    return false;
  }
  const std::string_view digits = token.front() == '-' ? token.substr(1) : token;
  if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) {
    return false;
  }
  field.kind = FlatJson::Kind::number;
  field.number = *number;
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), whole);
  if (error == std::errc{} && end == token.data() + token.size()) {
    field.whole = whole;
  }
  return true;
}

bool Cursor::read_nested(std::string& scratch, FlatJson::Field& field, int depth) {
  if (depth >= kDeepest) {
    return false;
  }
  const char* const start = at_;
  const bool object = *at_++ == '{';
  const char close = object ? '}' : ']';
  skip_space();
  bool more = !take(close);
  while (more) {
    std::string_view key;
    skip_space();
    if (object) {
      if (!read_string(scratch, key)) {
        return false;
      }
      skip_space();
      if (!take(':')) {
        return false;
      }
    }
    FlatJson::Field inner;
    if (!read_value(scratch, inner, depth + 1)) {
      return false;
    }
    skip_space();
    more = take(',');
    if (!more && !take(close)) {
      return false;
    }
  }
  field.kind = FlatJson::Kind::nested;
  field.text = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

bool Cursor::read_value(std::string& scratch, FlatJson::Field& field, int depth) {
  skip_space();
  if (at_ == end_) {
    return false;
  }
  if (*at_ == '"') {
    field.kind = FlatJson::Kind::text;
    return read_string(scratch, field.text);
  }
  if (*at_ == '{' || *at_ == '[') {
    return read_nested(scratch, field, depth);
  }
  return read_scalar(field);
}

}  // namespace

bool FlatJson::parse(std::string_view line) {
  fields_.clear();
  scratch_.clear();
  Cursor cursor(line);
  cursor.skip_space();
  if (!cursor.take('{') || !is_utf8(line)) {
    return false;
  }
  scratch_.reserve(line.size());
  cursor.skip_space();
  bool more = !cursor.take('}');
  while (more) {
    Field field;
    cursor.skip_space();
    if (!cursor.read_string(scratch_, field.key)) {
      return false;
    }
    cursor.skip_space();
    if (!cursor.take(':') || !cursor.read_value(scratch_, field, 1)) {
      return false;
    }
    fields_.push_back(field);
    cursor.skip_space();
    more = cursor.take(',');
    if (!more && !cursor.take('}')) {
      return false;
    }
  }
  return cursor.done();
}

const FlatJson::Field* FlatJson::find(std::string_view key) const {
  const auto found = std::find_if(fields_.rbegin(), fields_.rend(),
                                  [key](const Field& field) { return field.key == key; });
  return found == fields_.rend() ? nullptr : &*found;
}

std::optional<std::vector<std::string_view>> split_json_array(std::string_view text) {
  Cursor cursor(text);
  cursor.skip_space();
  if (!cursor.take('[') || !is_utf8(text)) {
    return std::nullopt;
  }
  std::vector<std::string_view> elements;
  std::string scratch;
  cursor.skip_space();
  bool more = !cursor.take(']');
  while (more) {
    cursor.skip_space();
    const char* const start = cursor.position();
    FlatJson::Field field;
    scratch.clear();
    if (!cursor.read_value(scratch, field, 1)) {
      return std::nullopt;
    }
    elements.emplace_back(start, static_cast<std::size_t>(cursor.position() - start));
    cursor.skip_space();
    more = cursor.take(',');
    if (!more && !cursor.take(']')) {
      return std::nullopt;
    }
  }
  if (!cursor.done()) {
    return std::nullopt;
  }
  return elements;
}

std::optional<double> read_number(std::string_view text) {
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && is_digit(text[i])) {
      ++i;
    }
    return i > start;
  };
  if (!digits()) {
    return read_not_finite(text);
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) {
      return std::nullopt;
    }
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
      ++i;
    }
    if (!digits()) {
      return std::nullopt;
    }
  }
  if (i != text.size()) {
    return std::nullopt;
  }
  return to_double(text[0] == '+' ? text.substr(1) : text);
}

}  // namespace evolt
