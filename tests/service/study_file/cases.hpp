#pragma once

#include "core/config_error.hpp"
#include "service/study.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace evolt::test {

/// The smallest study that uses every kind of place; the cases below change one thing in it.
inline const std::string kBase =
    "[objective]\n"                                                         // line 1
    "maximize = \"acc\"\n"                                                  // line 2
    "[trial]\n"                                                             // line 3
    "command = [\"./train\"]\n"                                             // line 4
    "[param]\n"                                                             // line 5
    "lr = { type = \"float\", low = 1e-5, high = 0.1, scale = \"log\" }\n"  // line 6
    "opt = { type = \"choice\", values = [\"sgd\", \"adamw\"] }\n"          // line 7
    "n = { type = \"int\", low = 1, high = 8 }\n";                          // line 8

/// A bad study and the whole message that it must give, place included.
struct Bad {
  std::string text;
  std::string message;
};

/// The base with `more` from line 9 on.
inline std::string after(const std::string& more) {
  return kBase + more + '\n';
}

/// The base with `lines` before it.
inline std::string top(const std::string& lines) {
  return lines + '\n' + kBase;
}

/// The base with `lines` in place of line 2.
inline std::string objective(const std::string& lines) {
  std::string text = kBase;
  const std::string old = "maximize = \"acc\"";
  return text.replace(text.find(old), old.size(), lines);
}

/// The base with `lines` after line 4.
inline std::string trial(const std::string& lines) {
  std::string text = kBase;
  return text.insert(text.find("[param]"), lines + '\n');
}

/// The base with `lines` in place of line 4.
inline std::string command(const std::string& lines) {
  std::string text = kBase;
  const std::string old = "command = [\"./train\"]";
  return text.replace(text.find(old), old.size(), lines);
}

/// What parse_study complains about; fails the test when it does not.
inline Complaint complaint_of(const std::string& text,
                              const std::vector<std::string>& overrides = {}, bool json = false,
                              const std::string& file = "") {
  try {
    static_cast<void>(parse_study(text, file.empty() ? (json ? "study.json" : "study.toml") : file,
                                  overrides, json));
  } catch (const ConfigError& error) {
    return error.complaint();
  }
  FAIL("no complaint about:\n" << text);
  return {};
}

inline std::string message_of(const std::string& text,
                              const std::vector<std::string>& overrides = {}, bool json = false) {
  return ConfigError(complaint_of(text, overrides, json)).what();
}

inline void check_all(const std::vector<Bad>& cases, bool json = false) {
  for (const Bad& bad : cases) {
    INFO(bad.text);
    CHECK(message_of(bad.text, {}, json) == bad.message);
  }
}

}  // namespace evolt::test
