#pragma once

#include "core/message.hpp"
#include "service/run/exit_code.hpp"

#include <absl/status/status.h>

#include <optional>
#include <string>

namespace evolt {

/// How a run ended, for the shell and for a person.
struct Conclusion {
  ExitCode code = ExitCode::complete;
  std::string message;  ///< why, when it is not complete
};

/// `ending`: of the search; nullopt: it had none. `status`: of the loop that drove it.
Conclusion conclude(const std::optional<Halt>& ending, const absl::Status& status);

/// Of a study that could not be opened or kept.
ExitCode exit_code_of(const absl::Status& status);

}  // namespace evolt
