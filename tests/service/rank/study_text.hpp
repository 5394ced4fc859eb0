#pragma once

#include "service/study.hpp"

#include <string>

namespace evolt::test {

/// A small study; `more` is appended to its text.
inline Study small_study(const std::string& more = "", std::int64_t trials = 20) {
  return parse_study(
      "[study]\nname = \"small\"\nseed = 4\n[budget]\ntrials = " + std::to_string(trials) +
          "\n[trial]\nsteps = 4\n"
          "command = [\"/bin/true\", \"{params}\"]\n"
          "[objective]\nmaximize = \"acc\"\n[param]\n"
          "x = { type = \"float\", low = 0, high = 1 }\n"
          "k = { type = \"choice\", values = [\"a\", \"b\"] }\n" +
          more,
      "small.toml");
}

}  // namespace evolt::test
