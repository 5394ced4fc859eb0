#include "core/clock.hpp"
#include "core/config_error.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/report/report.hpp"
#include "service/report/text.hpp"
#include "service/run/launcher.hpp"
#include "service/run/run_study.hpp"
#include "service/run/supervisor.hpp"
#include "service/run/time_given.hpp"
#include "service/study_file/quantities.hpp"

#include <absl/status/statusor.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <unistd.h>

namespace evolt {

namespace {

/// A duration of the command line, as in the study file; empty text: none.
absl::StatusOr<std::optional<Seconds>> duration(const char* option, const std::string& text) {
  if (text.empty()) {
    return std::nullopt;
  }
  double seconds = 0;
  const bool plain = absl::SimpleAtod(text, &seconds);
  const std::optional<double> read = plain ? seconds : detail::parse_duration(text);
  if (!read || !std::isfinite(*read) || *read <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, " must be a duration such as 90, 20min or 12h: got \"", text, "\""));
  }
  return Seconds{*read};
}

absl::StatusOr<TimeGiven> time_given(const RunArguments& arguments) {
  const auto limit = duration("--time-limit", arguments.time_limit);
  const auto warning = duration("--warning", arguments.warning);
  if (!limit.ok() || !warning.ok()) {
    return limit.ok() ? warning.status() : limit.status();
  }
  if (*limit && *warning && **limit <= **warning) {
    return absl::InvalidArgumentError(absl::StrCat("a --time-limit of ", arguments.time_limit,
                                                   " is not longer than the --warning before it, ",
                                                   arguments.warning));
  }
  return with_job_times(TimeGiven{.limit = *limit, .warning = *warning}, process_environment());
}

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
  const Seconds began = SystemClock().now();
  const auto time = time_given(arguments);
  if (!time.ok()) {
    return complain(ExitCode::usage, std::string(time.status().message()));
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
                 .errors = &std::cerr,
                 .time = *time,
                 .began = began});
  const ExitCode code = report(result, arguments, first);
  if (result.ranks_lost > 0) {
    std::cout.flush();
    std::_Exit(number(code));
  }
  return code;
}

}  // namespace evolt
