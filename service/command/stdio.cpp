#include "service/stdio/stdio.hpp"

#include "core/config_error.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/run/warm_start.hpp"

#include <iostream>

namespace evolt {

ExitCode command_stdio(const StdioArguments& arguments) {
  try {
    std::ios::sync_with_stdio(false);
    const Study study = read_study(arguments.study, arguments.overrides);
    auto prior = read_prior(study);
    if (!prior.ok()) {
      return complain(ExitCode::study_file, std::string(prior.status().message()));
    }
    run_stdio(study, *std::move(prior), std::cin, std::cout);
  } catch (const ConfigError& error) {
    return complain(ExitCode::study_file, error.what());
  }
  return ExitCode::complete;
}

}  // namespace evolt
