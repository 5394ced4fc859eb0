#include "workers/make_executor.hpp"

#include "core/words.hpp"
#include "workers/energy/limits/warden_client.hpp"
#include "workers/limited_executor.hpp"
#include "workers/metered_executor.hpp"
#include "workers/process_executor.hpp"
#include "workers/server_executor.hpp"
#include "workers/slot_share.hpp"
#include "workers/text.hpp"

#include <cassert>
#include <filesystem>
#include <string>
#include <utility>

namespace evolt {
namespace {

template <typename Made>
absl::StatusOr<std::unique_ptr<Executor>> upcast(absl::StatusOr<std::unique_ptr<Made>> made) {
  if (!made.ok()) {
    return made.status();
  }
  return std::unique_ptr<Executor>(*std::move(made));
}

absl::StatusOr<std::unique_ptr<Executor>> make_unlimited(boost::asio::io_context& loop,
                                                         const TrialSpec& spec) {
  switch (spec.mode) {
    case StartMode::process:
      return upcast(ProcessExecutor::make(loop, spec));
    case StartMode::server:
      return upcast(ServerExecutor::make(loop, spec));
    case StartMode::inproc:
    case StartMode::remote:
      break;
  }
  return absl::UnimplementedError(
      concat("trial.mode \"", word(spec.mode), "\" is not started from a study file"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Executor>> make_executor(boost::asio::io_context& loop,
                                                        const TrialSpec& spec,
                                                        std::unique_ptr<EnergyMeter> meter,
                                                        bool gpus) {
  absl::StatusOr<std::unique_ptr<Executor>> executor = make_unlimited(loop, spec);
  if (executor.ok() && meter) {
    assert(!spec.place || !spec.place->spans_hosts());
    MeteredOptions options{.study = std::filesystem::path(spec.study_dir).filename().string(),
                           .shares = slot_shares(spec, (*executor)->slots(), gpus),
                           .counts_all_cpu = spec.mode == StartMode::process};
    executor =
        make_metered_executor(loop, std::move(meter), std::move(options), *std::move(executor));
  }
  if (executor.ok() && limits_power(spec)) {
    return make_limited_executor(loop, spec, *std::move(executor));
  }
  // Of an earlier study that was killed with its warden. Not ours to insist on: another start tries
  // it again.
  restore_limits_left_behind().IgnoreError();
  return executor;
}

}  // namespace evolt
