#include "workers/flat_json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace evolt {
namespace {

/// Length of the UTF-8 sequence at the start of `text`; 0 where it is broken.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first < 0xE0) {
    return follows(1) ? 2 : 0;
  }
  if (first >= 0xE0 && first < 0xF0) {
    const bool bad = !follows(1) || !follows(2) || (first == 0xE0 && byte(1) < 0xA0) ||
                     (first == 0xED && byte(1) >= 0xA0);
    return bad ? 0 : 3;
  }
  if (first >= 0xF0 && first < 0xF5) {
    const bool bad = !follows(1) || !follows(2) || !follows(3) ||
                     (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
    return bad ? 0 : 4;
  }
  return 0;
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (true) {
    const auto high = std::find_if(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    text.remove_prefix(static_cast<std::size_t>(high - text.begin()));
    if (text.empty()) {
      return true;
    }
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (is_control(text[0])) {
      out += ' ';
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

void append_json(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_json(std::string& out, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    append_json(out, std::string_view(*text));
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
  } else {
    char buffer[64];
    const auto* whole = std::get_if<std::int64_t>(&value);
    const double* real = std::get_if<double>(&value);
    if (real != nullptr && !std::isfinite(*real)) {
      out += "null";
      return;
    }
    const auto result = whole != nullptr ? std::to_chars(buffer, buffer + sizeof buffer, *whole)
                                         : std::to_chars(buffer, buffer + sizeof buffer, *real);
    const std::string_view digits(buffer, static_cast<std::size_t>(result.ptr - buffer));
    out += digits;
    if (real != nullptr && digits.find_first_of(".e") == std::string_view::npos) {
      out += ".0";
    }
  }
}

void append_json(std::string& out, const Params& params) {
  out.push_back('{');
  bool first = true;
  for (const auto& [name, value] : params) {
    if (!first) {
      out.push_back(',');
    }
    first = false;
    append_json(out, std::string_view(name));
    out.push_back(':');
    append_json(out, value);
  }
  out.push_back('}');
}

}  // namespace evolt
