#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/config_error.hpp"
#include "service/study.hpp"

/// A study file, TOML or (when it begins with a brace) JSON: a ConfigError, or a study that reads back
/// the same from its own JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool json = !text.empty() && text.front() == '{';
  std::string once;
  try {
    once = evolt::study_to_json(evolt::parse_study(text, "study.toml", {}, json)).dump();
  } catch (const evolt::ConfigError&) {
    return 0;
  }
  // What was accepted once must be accepted again: a ConfigError here is a finding.
  const evolt::Study again = evolt::parse_study(once, "study.json", {}, true);
  if (evolt::study_to_json(again).dump() != once) {
    std::abort();
  }
  return 0;
}
