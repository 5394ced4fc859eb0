#include "service/stdio/stdio.hpp"

#include "core/config_error.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"

#include <iostream>

namespace evolt {

ExitCode command_stdio(const StdioArguments& arguments) {
  try {
    std::ios::sync_with_stdio(false);
    run_stdio(read_study(arguments.study, arguments.overrides), std::cin, std::cout);
  } catch (const ConfigError& error) {
    return complain(ExitCode::study_file, error.what());
  }
  return ExitCode::complete;
}

}  // namespace evolt
