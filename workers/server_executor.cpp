#include "workers/server_executor.hpp"

#include "core/config_error.hpp"
#include "workers/command_line.hpp"
#include "workers/server_slot.hpp"
#include "workers/text.hpp"
#include "workers/trial_environment.hpp"

#include <algorithm>
#include <filesystem>
#include <random>
#include <utility>
#include <vector>

namespace evolt {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<NannyOrder> make_order(const TrialSpec& spec) {
  const CommandTemplate command(spec.command, spec.parameters);
  absl::StatusOr<std::vector<std::string>> argv = command.fill({}, 0);
  if (!argv.ok()) {
    return argv.status();
  }
  if (*argv != spec.command) {
    throw ConfigError(
        Complaint{.what = "trial.command of a server names parameters or the goal: they change "
                          "from trial to trial and come as lines of JSON; leave {params} and the "
                          "like out",
                  .key = "trial.command"});
  }
  absl::StatusOr<std::string> nanny = find_nanny(spec.nanny);
  if (!nanny.ok()) {
    return nanny.status();
  }
  NannyOrder order;
  order.nanny = fs::absolute(*nanny).string();
  order.argv = *std::move(argv);
  order.directory = spec.directory;
  order.with_input = true;
  order.limits = spec.limits;
  order.limits.wall.reset();  // of a trial, not of the server: watched by its slot
  return order;
}

}  // namespace

struct ServerExecutor::Parts {
  Parts(boost::asio::io_context& loop, TrialSpec trial_spec)
      : spec(std::move(trial_spec)), reaper(loop), tasks(loop) {}

  TrialSpec spec;
  Reaper reaper;
  LoopTasks tasks;
  std::vector<std::unique_ptr<ServerSlot>> slots;
};

absl::StatusOr<std::unique_ptr<ServerExecutor>> ServerExecutor::make(boost::asio::io_context& loop,
                                                                     TrialSpec spec) {
  if (spec.capture.kind != CaptureSpec::Kind::json) {
    return absl::InvalidArgumentError(
        "trial.mode = \"server\" speaks JSON lines; trial.capture must be { json = true }");
  }
  std::error_code error;
  spec.directory = fs::weakly_canonical(spec.directory, error).string();
  spec.study_dir = fs::weakly_canonical(spec.study_dir, error).string();
  absl::StatusOr<NannyOrder> order = make_order(spec);
  if (!order.ok()) {
    return order.status();
  }
  const HostResources host = host_resources(process_environment(), gpu_sources(spec.gpus));
  if (spec.slots == 0) {
    spec.slots = default_slots(host, spec.cores, spec.gpus, spec.place);
  }
  const std::vector<SlotAllotment> allotments =
      allot(host, spec.slots, spec.cores, spec.gpus, spec.place);
  if (absl::Status status = make_directory(spec.study_dir + "/servers"); !status.ok()) {
    return status;
  }
  auto parts = std::make_unique<Parts>(loop, std::move(spec));
  const std::vector<std::string> inherited = inherited_environment();
  std::random_device device;
  const std::string mark = concat(device(), ".", device());
  for (std::size_t slot = 0; slot < allotments.size(); ++slot) {
    order->environment = slot_environment(inherited, parts->spec, allotments[slot]);
    set_variable(order->environment, "PWD", parts->spec.directory);
    if (slot == 0) {
      absl::StatusOr<std::string> program =
          find_program(order->argv.front(), value_of(order->environment, "PATH"), order->directory);
      if (!program.ok()) {
        return program.status();
      }
      order->program = *std::move(program);
    }
    parts->slots.push_back(
        std::make_unique<ServerSlot>(ServerShared{loop, parts->spec, parts->reaper, parts->tasks},
                                     *order, concat(mark, ".", slot)));
  }
  return std::unique_ptr<ServerExecutor>(new ServerExecutor(std::move(parts)));
}

ServerExecutor::ServerExecutor(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ServerExecutor::~ServerExecutor() = default;

std::size_t ServerExecutor::slots() const {
  return parts_->slots.size();
}

absl::Status ServerExecutor::start(const Trial& trial, const Attempt& attempt,
                                   TrialObserver& observer) {
  const auto slot = static_cast<std::size_t>(attempt.slot);
  if (attempt.slot < 0 || slot >= parts_->slots.size() || !parts_->slots[slot]->free()) {
    return absl::FailedPreconditionError(
        concat("slot ", attempt.slot, " is not free; there are ", parts_->slots.size()));
  }
  return parts_->slots[slot]->start(trial, attempt, observer);
}

void ServerExecutor::stop(const TrialId& trial, std::string_view reason, StopFor what) {
  for (const auto& slot : parts_->slots) {
    if (slot->runs(trial)) {
      slot->stop(reason, what);
    }
  }
}

}  // namespace evolt
