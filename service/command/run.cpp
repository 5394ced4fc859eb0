#include "core/config_error.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/report/report.hpp"
#include "service/report/text.hpp"
#include "service/run/launcher.hpp"
#include "service/run/run_study.hpp"
#include "service/run/supervisor.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace evolt {

namespace {

/// Prints what came of it.
ExitCode report(const RunResult& result, const RunArguments& arguments, bool first) {
  if (first && result.ledger != nullptr) {
    const auto report = best_report(*result.ledger);
    if (arguments.json) {
      std::cout << printable(report) << std::endl;
    } else {
      std::cout << best_text(report, TextOptions{.utf8 = utf8_terminal()}) << std::flush;
    }
  }
  if (result.code == ExitCode::work_left && first) {
    std::cerr << "evolt: stopped in good order (" << result.message << "); the same command goes on"
              << std::endl;
  } else if (result.code != ExitCode::complete) {
    return complain(result.code, result.message);
  } else if (first && !result.message.empty()) {
    std::cerr << "evolt: " << result.message << std::endl;
  }
  return result.code;
}

}  // namespace

ExitCode command_run(const RunArguments& arguments) {
  if (const auto code = supervise()) {
    return ExitCode{*code};
  }
  auto transport = open_transport();
  if (!transport.ok()) {
    return complain(ExitCode::usage, std::string(transport.status().message()));
  }
  const bool first = (*transport)->self() == RankId{0};
  if (first && launcher() == Launcher::unknowing) {
    std::cerr << "evolt: this launcher ends the whole job when one rank dies; the same command "
                 "goes on from there (docs/slurm.md)"
              << std::endl;
  }
  const RunResult result = run_study(
      std::move(*transport), [&] { return read_study(arguments.study, arguments.overrides); },
      RunOptions{.directory = arguments.directory,
                 .database_directory = arguments.database_directory,
                 .slots = arguments.slots,
                 .progress = &std::cerr,
                 .terminal = isatty(STDERR_FILENO) != 0,
                 .errors = &std::cerr});
  const ExitCode code = report(result, arguments, first);
  if (result.ranks_lost > 0) {
    std::cout.flush();
    std::_Exit(number(code));
  }
  return code;
}

}  // namespace evolt
