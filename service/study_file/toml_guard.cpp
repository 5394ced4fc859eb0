#include "service/study_file/toml_guard.hpp"

#include "core/config_error.hpp"
#include "service/study_file/node.hpp"

#include <algorithm>
#include <string>

namespace evolt::detail {
namespace {

constexpr int kMostParts = 1000;

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Walks over TOML, knowing only quotes and comments. What comes after the first syntax error may
/// be taken for either; the parser never gets there.
class Guard {
 public:
  explicit Guard(std::string_view text) : text_(text) {}

  void run() {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      at_ = kByteOrderMark.size();
    }
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        skip_comment();
      } else if (c == '"' || c == '\'') {
        skip_string(c);
      } else {
        check(c);
        step();
      }
    }
  }

 private:
  void step() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if (!continues_character(c)) {
      ++column_;
    }
  }

  void check(char c) {
    if (static_cast<unsigned char>(c) >= 0x80U) {
      std::size_t end = at_ + 1;
      while (end < text_.size() && continues_character(text_[end])) {
        ++end;
      }
      throw ConfigError(Complaint{.what = "not valid TOML: the character " +
                                          in_quotes(text_.substr(at_, end - at_)) +
                                          " must stand in quotes",
                                  .line = line_,
                                  .column = column_});
    }
    if (std::string_view(",=[]{}\n").find(c) != std::string_view::npos) {
      parts_ = 1;
    } else if (c == '.' && ++parts_ > kMostParts) {
      throw ConfigError(
          Complaint{.what = "a dotted key has more than " + std::to_string(kMostParts) + " parts",
                    .line = line_,
                    .column = column_});
    }
  }

  void skip_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') {
      step();
    }
  }

  /// How many `quote` stand in a row here, five at most: two of a text and the three that end it.
  std::size_t quotes(char quote) const {
    std::size_t count = 0;
    while (count < 5 && at_ + count < text_.size() && text_[at_ + count] == quote) {
      ++count;
    }
    return count;
  }

  void step(std::size_t count) {
    for (; count > 0 && at_ < text_.size(); --count) {
      step();
    }
  }

  void skip_string(char quote) {
    const bool many_lines = quotes(quote) >= 3;
    step(many_lines ? 3 : 1);
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == quote && (!many_lines || quotes(quote) >= 3)) {
        step(many_lines ? quotes(quote) : 1);
        return;
      }
      if (c == '\n' && !many_lines) {
        at_ = text_.size();  // the parser stops here: such a text ends on its line
        return;
      }
      step(c == '\\' && quote == '"' ? 2 : 1);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
  int parts_ = 1;
};

}  // namespace

void guard_toml(std::string_view text) {
  Guard(text).run();
}

}  // namespace evolt::detail
