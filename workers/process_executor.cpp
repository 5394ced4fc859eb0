#include "workers/process_executor.hpp"

#include "workers/command_line.hpp"
#include "workers/process_attempt.hpp"
#include "workers/text.hpp"
#include "workers/trial_environment.hpp"

#include <filesystem>
#include <optional>
#include <random>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

std::string random_word() {
  std::random_device device;
  return concat(device(), ".", device());
}

/// Whether the result file can be kept apart for each attempt.
bool has_own_result(const CaptureSpec& capture) {
  const fs::path path = fs::path(capture.text).lexically_normal();
  return capture.kind == CaptureSpec::Kind::file && path.is_relative() && !path.empty() &&
         *path.begin() != ".." && *path.begin() != ".";
}

/// Seen from another directory, `../x` is another file.
void anchor(std::vector<std::string>& argv, const std::string& directory) {
  for (std::string& word : argv) {
    std::error_code error;
    const fs::path path = fs::path(directory) / word;
    if (word.starts_with("../") && fs::exists(path, error)) {
      word = path.string();
    }
  }
}

}  // namespace

struct ProcessExecutor::Parts {
  Parts(boost::asio::io_context& io, TrialSpec trial_spec, LineCapture line_capture)
      : loop(io),
        spec(std::move(trial_spec)),
        command(spec.command, spec.parameters, {spec.gpu_power_limit, spec.cpu_power_limit}),
        capture(std::move(line_capture)),
        reaper(io),
        tasks(io) {}

  absl::StatusOr<std::string> program_for(const std::vector<std::string>& argv) const;
  absl::StatusOr<AttemptStart> prepare(const Trial& trial, const Attempt& attempt, bool make) const;
  void report_not_started(const Attempt& attempt, TrialObserver& observer, std::string reason);
  void on_end(std::size_t slot);

  boost::asio::io_context& loop;
  TrialSpec spec;
  CommandTemplate command;
  LineCapture capture;
  std::string nanny;
  std::string program;  // empty: depends on the parameters
  std::string mark = random_word();
  std::uint64_t started = 0;
  std::vector<std::vector<std::string>> environments;  // of each slot
  std::vector<std::unique_ptr<ProcessAttempt>> running;
  std::vector<bool> taken;
  Reaper reaper;
  LoopTasks tasks;
};

absl::StatusOr<std::string> ProcessExecutor::Parts::program_for(
    const std::vector<std::string>& argv) const {
  if (!program.empty()) {
    return program;
  }
  return find_program(argv.front(), value_of(environments.front(), "PATH"), spec.directory);
}

/// What the attempt starts with. `make`: create its files too.
absl::StatusOr<AttemptStart> ProcessExecutor::Parts::prepare(const Trial& trial,
                                                             const Attempt& attempt,
                                                             bool make) const {
  AttemptStart start;
  NannyOrder& order = start.order;
  absl::StatusOr<std::vector<std::string>> argv =
      command.fill(trial.params, goal_of(spec, trial, attempt));
  if (!argv.ok()) {
    return argv.status();
  }
  order.argv = *std::move(argv);
  absl::StatusOr<std::string> found = program_for(order.argv);
  if (!found.ok()) {
    return absl::InvalidArgumentError(found.status().message());
  }
  order.program = *std::move(found);
  start.files = plan_files(spec, attempt);
  start.mark = concat(mark, ".", started);
  start.goal = goal_of(spec, trial, attempt);
  order.nanny = nanny;
  order.directory = spec.directory;
  order.with_report = true;
  order.limits = spec.limits;
  if (make) {
    std::string json;
    append_trial_json(json, spec, trial, attempt, &start.files);
    json += '\n';
    if (absl::Status status = make_files(spec, start.files, json); !status.ok()) {
      return status;
    }
  }
  if (has_own_result(spec.capture)) {
    order.directory = start.files.directory + "/work";
    anchor(order.argv, spec.directory);
    if (make) {
      const absl::StatusOr<std::string> work =
          make_work_directory(start.files.directory, spec.directory, spec.capture.text);
      if (!work.ok()) {
        return work.status();
      }
    }
  }
  if (spec.capture.kind == CaptureSpec::Kind::file) {
    start.result = (fs::path(order.directory) / spec.capture.text).string();
    start.result_before = stamp_of(start.result);
  }
  std::vector<std::string>& variables = order.environment;
  variables.push_back("EVOLT_PARAMS=" + start.files.params);
  variables.emplace_back("EVOLT_REPORT_FD=3");
  variables.push_back("EVOLT_MARK=" + start.mark);
  variables.push_back(concat("EVOLT_GOAL=", start.goal));
  variables.push_back("PWD=" + order.directory);
  if (spec.place) {
    variables.push_back("EVOLT_HOSTFILE=" + start.files.hosts);
  }
  if (spec.checkpoint) {
    variables.push_back("EVOLT_CHECKPOINT_IN=" + start.files.checkpoint_in);
    variables.push_back("EVOLT_CHECKPOINT_OUT=" + start.files.checkpoint_out);
    if (start.files.checkpoint_from) {
      variables.push_back("EVOLT_CHECKPOINT_FROM=" + to_string(*start.files.checkpoint_from));
    }
  }
  return start;
}

absl::StatusOr<std::unique_ptr<ProcessExecutor>> ProcessExecutor::make(
    boost::asio::io_context& loop, TrialSpec spec) {
  std::error_code error;
  spec.directory = fs::weakly_canonical(spec.directory, error).string();
  spec.study_dir = fs::weakly_canonical(spec.study_dir, error).string();
  absl::StatusOr<LineCapture> capture = LineCapture::make(spec.capture);
  if (!capture.ok()) {
    return capture.status();
  }
  auto parts = std::make_unique<Parts>(loop, std::move(spec), *std::move(capture));
  absl::StatusOr<std::string> nanny = find_nanny(parts->spec.nanny);
  if (!nanny.ok()) {
    return nanny.status();
  }
  parts->nanny = fs::absolute(*nanny).string();
  TrialSpec& settled = parts->spec;
  const HostResources host = host_resources(process_environment(), gpu_sources(settled.gpus));
  if (settled.slots == 0) {
    settled.slots = default_slots(host, settled.cores, settled.gpus, settled.place);
  }
  const std::vector<std::string> inherited = inherited_environment();
  for (const SlotAllotment& slot :
       allot(host, settled.slots, settled.cores, settled.gpus, settled.place)) {
    parts->environments.push_back(slot_environment(inherited, settled, slot));
    std::erase_if(parts->environments.back(),
                  [](const std::string& entry) { return entry.starts_with("PWD="); });
  }
  parts->running.resize(settled.slots);
  parts->taken.resize(settled.slots);
  if (!parts->command.program_varies()) {
    absl::StatusOr<std::string> program = find_program(
        settled.command.front(), value_of(parts->environments.front(), "PATH"), settled.directory);
    if (!program.ok()) {
      return program.status();
    }
    parts->program = *std::move(program);
  }
  if (absl::Status status = make_directory(settled.study_dir + "/trials"); !status.ok()) {
    return status;
  }
  return std::unique_ptr<ProcessExecutor>(new ProcessExecutor(std::move(parts)));
}

ProcessExecutor::ProcessExecutor(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ProcessExecutor::~ProcessExecutor() = default;

std::size_t ProcessExecutor::slots() const {
  return parts_->running.size();
}

absl::StatusOr<LaunchPlan> ProcessExecutor::plan(const Trial& trial, const Attempt& attempt) const {
  absl::StatusOr<AttemptStart> start = parts_->prepare(trial, attempt, false);
  if (!start.ok()) {
    return start.status();
  }
  return LaunchPlan{.program = start->order.program,
                    .argv = start->order.argv,
                    .variables = start->order.environment,
                    .directory = start->order.directory,
                    .attempt_directory = start->files.directory};
}

void ProcessExecutor::Parts::report_not_started(const Attempt& attempt, TrialObserver& observer,
                                                std::string reason) {
  Outcome outcome;
  outcome.ending = Ending::failed;
  outcome.failure = Failure::not_started;
  outcome.reason = std::move(reason);
  tasks.post([this, attempt, &observer, outcome = std::move(outcome)] {
    taken[static_cast<std::size_t>(attempt.slot)] = false;
    observer.on_outcome(attempt.trial, attempt.number, outcome);
  });
}

void ProcessExecutor::Parts::on_end(std::size_t slot) {
  tasks.post([this, slot] {
    const std::unique_ptr<ProcessAttempt> attempt = std::move(running[slot]);
    taken[slot] = false;
    if (attempt->lost()) {
      if (const std::optional<pid_t> sweep = spawn_sweep(nanny, attempt->mark())) {
        reaper.add(*sweep);
      }
    }
    reaper.add(attempt->nanny());
    attempt->tell();
  });
}

absl::Status ProcessExecutor::start(const Trial& trial, const Attempt& attempt,
                                    TrialObserver& observer) {
  Parts& parts = *parts_;
  const auto slot = static_cast<std::size_t>(attempt.slot);
  if (attempt.slot < 0 || slot >= parts.running.size() || parts.taken[slot]) {
    return absl::FailedPreconditionError(
        concat("slot ", attempt.slot, " is not free; there are ", parts.running.size()));
  }
  ++parts.started;
  absl::StatusOr<AttemptStart> prepared = parts.prepare(trial, attempt, true);
  if (!prepared.ok()) {
    if (!absl::IsInvalidArgument(prepared.status())) {
      return prepared.status();
    }
    parts.taken[slot] = true;
    parts.report_not_started(attempt, observer, std::string(prepared.status().message()));
    return absl::OkStatus();
  }
  const std::vector<std::string>& environment = parts.environments[slot];
  prepared->order.environment.insert(prepared->order.environment.end(), environment.begin(),
                                     environment.end());
  auto running = std::make_unique<ProcessAttempt>(parts.loop, parts.spec, parts.capture, attempt,
                                                  observer, [&parts, slot] { parts.on_end(slot); });
  absl::Status status = running->start(*std::move(prepared));
  if (absl::IsInvalidArgument(status)) {
    parts.taken[slot] = true;
    parts.report_not_started(attempt, observer, std::string(status.message()));
    return absl::OkStatus();
  }
  if (!status.ok() && running->nanny() > 0) {
    parts.reaper.add(running->nanny());  // it ends with the attempt
  }
  if (status.ok()) {
    parts.taken[slot] = true;
    parts.running[slot] = std::move(running);
  }
  return status;
}

void ProcessExecutor::stop(const TrialId& trial, std::string_view reason, StopFor what) {
  for (const auto& attempt : parts_->running) {
    if (attempt && attempt->trial() == trial) {
      attempt->stop(reason, what);
    }
  }
}

void ProcessExecutor::proceed(const TrialId& trial) {
  for (const auto& attempt : parts_->running) {
    if (attempt && attempt->trial() == trial) {
      attempt->proceed();
    }
  }
}

}  // namespace evolt
