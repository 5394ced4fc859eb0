#include "core/config_error.hpp"
#include "propagator/encoding.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/run/launcher.hpp"
#include "service/run/trial_groups.hpp"
#include "service/run/trial_setup.hpp"
#include "service/search/plan.hpp"
#include "service/slurm/batch_script.hpp"
#include "service/study.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace evolt {
namespace {

/// One rank of the study, with what decides about it spelt out: the job may start elsewhere.
std::vector<std::string> rank_command(const SlurmArguments& arguments, Seconds warning) {
  std::vector<std::string> command = {
      (std::filesystem::path(program_folder()) / "evolt").string(),
      "run",
      std::filesystem::absolute(arguments.study).lexically_normal().string(),
      "--slots",
      std::to_string(arguments.slots),
      "--warning",
      absl::StrCat(warning.value, "s")};
  if (!arguments.directory.empty()) {
    command.insert(command.end(), {"--dir", arguments.directory});
  }
  if (!arguments.database_directory.empty()) {
    command.insert(command.end(), {"--db-dir", arguments.database_directory});
  }
  for (const std::string& setting : arguments.overrides) {
    command.insert(command.end(), {"--set", setting});
  }
  return command;
}

ExitCode write(const SlurmArguments& arguments, const std::string& script) {
  if (!arguments.output.empty()) {
    std::ofstream file(arguments.output);
    file << script;
    if (!file.flush()) {
      return complain(ExitCode::storage, "cannot write " + arguments.output);
    }
  }
  if (arguments.json) {
    std::cout << printable({{"file", arguments.output}, {"script", script}}) << std::endl;
  } else if (arguments.output.empty()) {
    std::cout << script << std::flush;
  } else {
    std::cout << "wrote " << arguments.output << "; start it with: sbatch " << arguments.output
              << std::endl;
  }
  return ExitCode::complete;
}

}  // namespace

ExitCode command_slurm(const SlurmArguments& arguments) try {
  const Study study = read_study(arguments.study, arguments.overrides);
  const Encoding encoding(study.space);
  // Complains now, not in the queue; what measures the nodes is known there.
  make_plan(study, encoding, Berth{.unmeasured = ""});
  make_trial_spec(study, study.name, 1);
  const TrialGroups groups(std::vector<std::string>(static_cast<std::size_t>(arguments.ranks)),
                           study.trial.ranks_per_trial);  // likewise
  const Seconds least{120};
  const Seconds warning = arguments.warning > 0
                              ? Seconds{arguments.warning}
                              : std::max(least, study.trial.limits.grace + Seconds{60});
  const auto script =
      batch_script(BatchJob{.name = study.name,
                            .command = rank_command(arguments, warning),
                            .directory = std::filesystem::current_path().string(),
                            .nodes = arguments.nodes,
                            .ranks = arguments.ranks,
                            .cores = study.trial.cores * static_cast<std::int32_t>(arguments.slots),
                            .gpus_per_node = arguments.gpus_per_node,
                            .time = arguments.time,
                            .warning = warning,
                            .mpi = arguments.mpi,
                            .settings = arguments.settings});
  if (!script.ok()) {
    return complain(ExitCode::usage, std::string(script.status().message()));
  }
  return write(arguments, *script);
} catch (const ConfigError& error) {
  return complain(ExitCode::study_file, error.what());
}

}  // namespace evolt
