#include "service/command/console.hpp"

#include <nlohmann/json.hpp>

#include <cctype>
#include <cstdlib>
#include <iostream>

namespace evolt {

ExitCode complain(ExitCode code, std::string_view what) {
  if (!what.empty()) {
    std::cerr << "evolt: " << what << std::endl;
  }
  return code;
}

ExitCode complain(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return complain(ExitCode::not_found, std::string(status.message()));
    case absl::StatusCode::kInvalidArgument:
      return complain(ExitCode::usage, std::string(status.message()));
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return complain(ExitCode::try_again, std::string(status.message()));
    default:
      return complain(ExitCode::storage, std::string(status.message()));
  }
}

std::string printable(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

bool utf8_terminal() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (const char* const value = std::getenv(name); value != nullptr && *value != '\0') {
      std::string text = value;
      for (char& c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
      return text.find("utf-8") != std::string::npos || text.find("utf8") != std::string::npos;
    }
  }
  return false;
}

}  // namespace evolt
