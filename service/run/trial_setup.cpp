#include "service/run/trial_setup.hpp"

#include "core/config_error.hpp"
#include "service/run/trial_groups.hpp"
#include "workers/attempt_files.hpp"

#include <filesystem>
#include <variant>

namespace evolt {
namespace {

CaptureSpec capture_spec(const Capture& capture) {
  if (const auto* regex = std::get_if<CaptureRegex>(&capture)) {
    return {CaptureSpec::Kind::regex, regex->pattern};
  }
  if (const auto* file = std::get_if<CaptureFile>(&capture)) {
    return {CaptureSpec::Kind::file, file->path};
  }
  return {};
}

}  // namespace

TrialSpec make_trial_spec(const Study& study, const std::string& directory, std::size_t slots,
                          const std::optional<TrialPlace>& place) {
  const TrialSettings& trial = study.trial;
  if (trial.mode == StartMode::inproc) {
    throw ConfigError(Complaint{.what = "a study with trial.mode = \"inproc\" is run by the C++ "
                                        "program that holds its function",
                                .key = "trial.mode",
                                .found = "\"inproc\"",
                                .allowed = "process, server"});
  }
  if (trial.command.empty()) {
    throw ConfigError(Complaint{
        .what = "trial.command is missing: there is nothing to run",
        .key = "trial.command",
        .allowed = R"(one text for each argument, as in ["python3", "train.py", "{params}"])"});
  }
  TrialSpec spec{
      .mode = trial.mode,
      .command = trial.command,
      .parameters = {},
      .directory =
          std::filesystem::absolute(study.directory.empty() ? "." : study.directory).string(),
      .study_dir = std::filesystem::absolute(directory).string(),
      .steps = trial.steps,
      .fidelity = trial.fidelity,
      .capture = capture_spec(trial.capture),
      .infeasible_exit = trial.infeasible_exit,
      .checkpoint = trial.checkpoint,
      .env = trial.env,
      .cores = trial.cores,
      .gpus = trial.gpus,
      .limits = LimitSpec{.memory = trial.limits.memory,
                          .wall = trial.limits.wall,
                          .no_progress = trial.limits.no_progress,
                          .grace = trial.limits.grace},
      .slots = slots};
  if (trial.ranks_per_trial > 1) {
    spec.place =
        place ? *place : TrialGroups({host_name()}, trial.ranks_per_trial).place_of(RankId{0});
  }
  for (const Parameter& parameter : study.space.parameters()) {
    spec.parameters.push_back(parameter.name);
    if (parameter.knob == Knob::gpu_power_limit) {
      spec.gpu_power_limit = parameter.name;
    } else if (parameter.knob == Knob::cpu_power_limit) {
      spec.cpu_power_limit = parameter.name;
    }
  }
  return spec;
}

std::function<bool(const TrialId&)> checkpoint_finder(const Study& study,
                                                      const std::string& directory) {
  if (!study.trial.inherit) {
    return {};
  }
  return [path = std::filesystem::absolute(directory).string()](const TrialId& trial) {
    return !newest_checkpoint(path, trial).empty();
  };
}

}  // namespace evolt
