#include "service/stdio/stdio.hpp"

#include "core/config_error.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/plugin/waiting_desk.hpp"
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
    const auto warn = [](const std::string& text) { std::cerr << "evolt: " << text << std::endl; };
    const auto plugins = WaitingDesk::open(study, study.name + "/stdio", warn);
    if (!plugins.ok()) {
      return complain(ExitCode::study_file, std::string(plugins.status().message()));
    }
    run_stdio(study, *std::move(prior), plugins->get(), std::cin, std::cout);
    if (*plugins != nullptr) {
      for (const std::string& summary : (*plugins)->summaries()) {
        warn(summary);
      }
    }
  } catch (const ConfigError& error) {
    return complain(ExitCode::study_file, error.what());
  }
  return ExitCode::complete;
}

}  // namespace evolt
