#pragma once

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace evolt {

/// Asks a study one thing (docs/storage.md); says on standard error when the answer is not of this
/// moment. Errors: as read_study_view.
absl::StatusOr<nlohmann::ordered_json> ask_study(const std::string& directory,
                                                 const nlohmann::ordered_json& request);

/// How a trial is named in a request: its number as a number, its id as text.
nlohmann::ordered_json trial_name(const std::string& trial);

}  // namespace evolt
