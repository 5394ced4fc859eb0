#pragma once

#include "core/value.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A command as the study writes it, with places for values. Values are data: no shell ever sees
/// them, and none can become a second argument.
///
/// `{NAME}` of a known parameter becomes its value; an argument that names a parameter which is not
/// active in a trial is left out, and nothing else is (so write `--momentum={momentum}` as one
/// argument). An argument that is exactly `{params}` becomes one `--NAME=VALUE` for each active
/// parameter, in the order of the search space, but for those in `kept`: what evolt itself sets, a
/// trainer need not know. `{goal}` becomes the step that the attempt trains to, unless a parameter
/// is called so. Braces around anything else stay as they are.
class CommandTemplate {
 public:
  CommandTemplate() = default;

  /// Throws ConfigError: empty; a NUL byte; braces around a word that is close to a parameter's
  /// name but none.
  CommandTemplate(std::vector<std::string> command, std::vector<std::string> parameters,
                  std::vector<std::string> kept = {});

  /// Errors: invalid_argument for a value that no argument can carry (a NUL byte, invalid UTF-8),
  /// and when nothing is left to run.
  absl::StatusOr<std::vector<std::string>> fill(const Params& params, std::int64_t goal) const;

  const std::vector<std::string>& words() const { return command_; }

  /// Whether the program itself depends on a parameter or the goal.
  bool program_varies() const;

 private:
  bool known(std::string_view name) const;
  bool fill_word(std::string_view word, const Params& params, std::string_view goal,
                 std::string& out) const;

  std::vector<std::string> command_;
  std::vector<std::string> parameters_;
  std::vector<std::string> kept_;
};

/// The file that runs when `program` is called in `directory`: looked for in `search_path` (as
/// PATH) unless it has a slash. Absolute. Errors: not_found naming where it was looked for;
/// permission_denied for a file that may not be executed.
absl::StatusOr<std::string> find_program(std::string_view program, std::string_view search_path,
                                         const std::string& directory);

/// OK when every text among the values can be handed to a program: no NUL byte, valid UTF-8.
absl::Status check_values(const Params& params);

}  // namespace evolt
