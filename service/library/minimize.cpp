#include "service/library/minimize.hpp"

#include "core/config_error.hpp"
#include "service/library/group_function.hpp"
#include "service/run/launcher.hpp"
#include "service/run/run_study.hpp"
#include "service/study.hpp"
#include "workers/inproc_executor.hpp"

#include <absl/strings/str_cat.h>

#include <utility>

namespace evolt {
namespace {

constexpr const char* kValue = "value";

Study study_of(const SearchSpace& space, const MinimizeOptions& options) {
  Study study;
  study.name = options.directory.empty() ? "minimize" : options.directory;
  study.seed = options.seed;
  study.budget.trials = options.trials;
  study.trial.mode = StartMode::inproc;
  study.objective.minimize = {kValue};
  study.stopper.kind = "none";
  study.trial.ranks_per_trial = options.ranks_per_trial;
  study.islands.count = options.islands;
  study.space = space;
  return study;
}

absl::Status check(const SearchSpace& space, const MinimizeOptions& options) {
  for (const Parameter& parameter : space.parameters()) {
    if (parameter.knob != Knob::none) {
      return absl::InvalidArgumentError(
          absl::StrCat("parameter \"", parameter.name,
                       "\" is a power limit; those are set for commands only, not for functions"));
    }
  }
  if (options.trials < 1 || options.slots < 1 || options.islands < 1 ||
      options.ranks_per_trial < 1) {
    return absl::InvalidArgumentError(
        "trials, slots, islands and ranks_per_trial must be at least 1");
  }
  if (options.ranks_per_trial > 1 && options.slots > 1) {
    return absl::InvalidArgumentError("a trial of several ranks has them whole: slots must be 1");
  }
  return absl::OkStatus();
}

absl::StatusOr<Minimum> search(const SearchSpace& space, const MinimizeOptions& options,
                               MpiThreads threads, const ExecutorFactory& make) {
  if (const absl::Status status = check(space, options); !status.ok()) {
    return status;
  }
  auto transport = open_transport(threads);
  if (!transport.ok()) {
    return transport.status();
  }
  const RunResult result = run_study(
      std::move(*transport), [&] { return study_of(space, options); },
      RunOptions{.directory = options.directory,
                 .slots = options.slots,
                 .keep = !options.directory.empty(),
                 .make_executor = make});
  switch (result.code) {
    case ExitCode::complete:
      break;
    case ExitCode::study_file:
      return absl::InvalidArgumentError(result.message);
    case ExitCode::work_left:
      return absl::CancelledError(result.message);
    case ExitCode::served_elsewhere:
      return absl::UnavailableError(result.message);
    default:
      return absl::FailedPreconditionError(result.message);
  }
  if (result.ledger == nullptr) {
    return absl::NotFoundError("the result is on rank 0");
  }
  const LedgerTrial* const best = result.ledger->best();
  if (best == nullptr) {
    return absl::NotFoundError("no evaluation succeeded");
  }
  return Minimum{.params = result.ledger->params(*best),
                 .value = best->result->scores.front(),
                 .trials = result.ledger->counts().total};
}

}  // namespace

absl::StatusOr<Minimum> minimize(const SearchSpace& space,
                                 const std::function<double(const Params&)>& function,
                                 const MinimizeOptions& options) {
  if (options.ranks_per_trial > 1) {
    return absl::InvalidArgumentError("a function of several ranks is for minimize_on_ranks()");
  }
  const ObjectiveFunction objective = [&](const Params& params,
                                          Reporter& /*reporter*/) -> absl::StatusOr<Metrics> {
    return Metrics{{kValue, function(params)}};
  };
  return search(space, options, MpiThreads::loop, [&](const ExecutorSite& site) {
    return std::make_unique<InprocExecutor>(site.io, objective, InprocOptions{.slots = site.slots});
  });
}

absl::StatusOr<Minimum> minimize_on_ranks(
    const SearchSpace& space,
    const std::function<double(const Params&, const TrialRanks&)>& function,
    const MinimizeOptions& options) {
  return search(space, options, MpiThreads::several, [&](const ExecutorSite& site) {
    return make_group_executor(site.io, function, kValue, site.group);
  });
}

}  // namespace evolt
