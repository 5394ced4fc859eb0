#include "core/config_error.hpp"
#include "service/study.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// Whatever the bytes are: a good study or a ConfigError, and a good study survives being written
/// and read. The first byte chooses TOML, JSON, or an override of a good study.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kGood =
      "[objective]\nmaximize = \"acc\"\n[trial]\ncommand = [\"x\"]\n"
      "[param]\na = { type = \"int\", low = 1, high = 8 }\n";
  if (size == 0) {
    return 0;
  }
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const evolt::Study study = data[0] % 3 == 2
                                   ? evolt::parse_study(kGood, "study.toml", {text})
                                   : evolt::parse_study(text, "study.toml", {}, data[0] % 3 == 1);
    const std::string written = evolt::study_to_json(study).dump();
    if (!(evolt::parse_study(written, "", {}, true) == study)) {
      std::fprintf(stderr, "does not read back: %s\n", written.c_str());
      std::abort();
    }
  } catch (const evolt::ConfigError&) {
  }
  return 0;
}
