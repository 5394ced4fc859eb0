#include "service/study_file/json_reader.hpp"

#include "core/config_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace evolt::detail {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Finds where tokens begin. The parser tells what a token is, but not where it began; both see the
/// same tokens in the same order, so the two walk side by side. Only asked about text that the
/// parser has accepted, or for the one token that it refused.
class TokenStarts {
 public:
  explicit TokenStarts(std::string_view text) : text_(text) {
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      at_ = kByteOrderMark.size();
    }
  }

  /// Steps over separators and returns the offset of the next token; the end where there is none.
  std::size_t peek() {
    while (at_ < text_.size() && is_one_of(text_[at_], " \t\r\n,:")) {
      ++at_;
    }
    return at_;
  }

  std::size_t next() {
    const std::size_t start = peek();
    if (at_ == text_.size()) {
      return start;
    }
    if (text_[at_] == '"') {
      skip_string();
    } else if (is_one_of(text_[at_], "{}[]")) {
      ++at_;
    } else {
      while (at_ < text_.size() && !is_one_of(text_[at_], " \t\r\n,:{}[]\"")) {
        ++at_;
      }
    }
    return start;
  }

 private:
  static bool is_one_of(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
  }

  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Turns offsets, asked for in rising order, into lines and columns.
class LineCounter {
 public:
  LineCounter(std::string_view text, std::size_t source) : text_(text), place_{source, 1, 1} {
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      at_ = kByteOrderMark.size();
    }
  }

  Place place(std::size_t offset) {
    for (; at_ < std::min(offset, text_.size()); ++at_) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '\n') {
        ++place_.line;
        place_.column = 1;
      } else if ((byte & 0xC0U) != 0x80U) {
        ++place_.column;  // one for each character, not for each byte of it
      }
    }
    return place_;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  Place place_;
};

[[noreturn]] void complain(const Place& where, std::string what) {
  throw ConfigError(Complaint{.what = std::move(what), .line = where.line, .column = where.column});
}

/// What the parser said, without its own idea of the place and without raw input.
std::string reason(std::string why) {
  if (const auto code = why.find("] "); code != std::string::npos) {
    why.erase(0, code + 2);
  }
  if (why.rfind("parse error", 0) == 0) {
    why.erase(0, std::min(why.size(), why.find(": ") + 2));
  }
  if (const auto last = why.find("; last read: '"); last != std::string::npos) {
    const auto expected = why.rfind("'; expected ");
    why.erase(last, expected == std::string::npos ? expected : expected + 1 - last);
  }
  return why;
}

/// Receives the parser's events and builds the tree.
class Builder {
 public:
  Builder(std::string_view text, std::size_t source)
      : size_(text.size()), starts_(text), lines_(text, source) {}

  Node take() { return std::move(root_); }

  bool null() { return put(std::monostate{}); }
  bool boolean(bool flag) { return put(flag); }
  bool number_integer(std::int64_t whole) { return put(whole); }
  bool number_unsigned(std::uint64_t whole) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return whole <= kMost ? put(static_cast<std::int64_t>(whole)) : put(whole);
  }
  bool number_float(double real, const std::string& /*text*/) { return put(real); }
  bool string(std::string& text) { return put(std::move(text)); }
  bool binary(nlohmann::json::binary_t& /*bytes*/) { return false; }  // no JSON text makes one

  bool start_object(std::size_t /*size*/) { return open(Node::Table{}); }
  bool start_array(std::size_t /*size*/) { return open(Node::Array{}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    const Place where = lines_.place(starts_.next());
    if (member(*open_.back(), name) != nullptr) {
      complain(where, "not valid JSON: the key " + in_quotes(name) + " stands twice");
    }
    std::get<Node::Table>(open_.back()->value).push_back({name, where, Node{}});
    return true;
  }

  bool parse_error(std::size_t read, const std::string& /*token*/,
                   const nlohmann::json::exception& error) {
    const std::string why = reason(error.what());
    const std::size_t last = std::min(read == 0 ? 0 : read - 1, size_);
    const bool within_token = why.find("invalid") != std::string::npos &&
                              why.find("missing closing quote") == std::string::npos;
    const std::size_t offset = within_token ? last : std::min(last, starts_.peek());
    complain(lines_.place(offset), "not valid JSON: " + why);
  }

 private:
  template <typename Value>
  bool put(Value value) {
    slot() = Node{std::move(value), lines_.place(starts_.next())};
    return true;
  }

  template <typename Container>
  bool open(Container container) {
    const Place where = lines_.place(starts_.next());
    if (open_.size() > static_cast<std::size_t>(kDeepest)) {
      complain(where, "tables and arrays stand more than " + std::to_string(kDeepest) + " deep");
    }
    Node& node = slot();
    node = Node{std::move(container), where};
    open_.push_back(&node);
    return true;
  }

  bool close() {
    starts_.next();
    open_.pop_back();
    return true;
  }

  /// Where the next value belongs. What is open stays where it is: only its last element grows.
  Node& slot() {
    if (open_.empty()) {
      return root_;
    }
    if (auto* const array = std::get_if<Node::Array>(&open_.back()->value)) {
      return array->emplace_back();
    }
    return std::get<Node::Table>(open_.back()->value).back().value;
  }

  std::size_t size_;
  TokenStarts starts_;
  LineCounter lines_;
  Node root_;
  std::vector<Node*> open_;
};

}  // namespace

Node read_json(std::string_view text, std::size_t source) {
  // The parser takes a zero byte for the end of the text.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    complain(LineCounter(text, source).place(zero), "not valid JSON: a zero byte");
  }
  Builder builder(text, source);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

}  // namespace evolt::detail
