#pragma once

#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Reads one JSON object that stands alone on a line, without allocating once it is warm.
///
/// Beyond JSON it takes what trainers print: `NaN`, `Infinity`, `nan`, `inf`, with a sign (Python's
/// json module writes the first two). Numbers too large for a double become infinite. A nested
/// array or object is checked and skipped. Anything else that is not JSON, a line that is not valid
/// UTF-8 and nesting deeper than 64 are refused.
class FlatJson {
 public:
  enum class Kind { number, text, boolean, null, nested };

  struct Field {
    std::string_view key;
    Kind kind = Kind::null;
    double number = 0;                  ///< of a number
    std::optional<std::int64_t> whole;  ///< of a number written without a fraction that fits
    std::string_view text;              ///< of a text, decoded; of anything nested, as written
    bool flag = false;                  ///< of a boolean
  };

  /// Whether `line` is one object, white space around it allowed. The fields live until the next
  /// call and no longer than `line`.
  bool parse(std::string_view line);

  /// In the order of the line; a repeated key appears again.
  const std::vector<Field>& fields() const { return fields_; }

  /// The last field of that name, as Python reads it; nullptr where there is none.
  const Field* find(std::string_view key) const;

 private:
  std::vector<Field> fields_;
  std::string scratch_;  // decoded strings; reserved up front so that views into it stay valid
};

/// Splits a JSON array into its elements as written; nullopt when `text` is not an array.
std::optional<std::vector<std::string_view>> split_json_array(std::string_view text);

/// Reads the whole of `text` as a number, `nan` and `inf` in any case included; nullopt otherwise.
std::optional<double> read_number(std::string_view text);

/// Whether `text` is valid UTF-8 (no overlong form, no surrogate).
bool is_utf8(std::string_view text);

/// `text` with each broken byte replaced by U+FFFD and control characters but tabs by a space.
std::string printable(std::string_view text);

/// Appends a JSON string, or a value, to `out`. A double always reads back as one: `1.0`, never
/// `1`. Requires: valid UTF-8.
void append_json(std::string& out, std::string_view text);
void append_json(std::string& out, const Value& value);

/// Appends the parameters as one JSON object in their order.
void append_json(std::string& out, const Params& params);

}  // namespace evolt
