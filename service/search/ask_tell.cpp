#include "service/search/ask_tell.hpp"

#include "core/config_error.hpp"
#include "core/words.hpp"
#include "service/search/plan.hpp"
#include "service/study_file/study_objective.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

/// The caller's failures are the caller's business: a study is not given up for them.
RankPlan patient_plan(const Study& study, const Encoding& encoding, std::vector<Params> prior,
                      bool suggests) {
  Study own = study;
  own.trial.checkpoint = false;  // the caller's trials end once
  own.trial.rerun = false;
  own.trial.inherit = false;
  RankPlan plan = make_plan(own, encoding, Berth{.prior = std::move(prior)});
  if (!plan.plugins.empty() && !suggests) {
    throw ConfigError(Complaint{.what = "nobody speaks for the plug-in of this study; evolt run "
                                        "and evolt stdio do",
                                .key = "search.propagator",
                                .found = "a command",
                                .allowed = "the name of a propagator"});
  }
  if (plan.rule) {
    throw ConfigError(Complaint{.what = "a stopping rule that is a program judges in evolt run "
                                        "only; here the caller can judge for itself",
                                .key = "stopper.kind",
                                .found = "a command",
                                .allowed = "the name of a rule"});
  }
  plan.give_up_after = 0;
  plan.slots_return = false;  // each ask() brings its own
  return plan;
}

absl::Status check_finite(const Metrics& metrics) {
  for (const auto& [name, value] : metrics) {
    if (!std::isfinite(value)) {
      return absl::InvalidArgumentError(absl::StrCat("metric \"", name, "\" is not finite"));
    }
  }
  return absl::OkStatus();
}

/// Who runs the trials sets what must be set for them, and we cannot know that it does.
const SearchSpace& without_knobs(const SearchSpace& space) {
  for (const Parameter& parameter : space.parameters()) {
    if (parameter.knob != Knob::none) {
      throw ConfigError(
          Complaint{.what = "a power limit is set by evolt where it starts the trials itself "
                            "(evolt run); who asks and tells sets it on their own",
                    .key = "param." + parameter.name,
                    .found = "\"" + std::string(word(parameter.knob)) + "\"",
                    .allowed = "\"float\""});
    }
  }
  return space;
}

}  // namespace

AskTell::AskTell(const Study& study, std::vector<Params> prior, Suggester* suggester)
    : encoding_(without_knobs(study.space)),
      objective_(make_objective(study)),
      time_limit_(study.budget.seconds),
      full_steps_(study.trial.steps),
      began_(clock_.now()),
      ledger_(ledger_options(study)),
      rank_(patient_plan(study, encoding_, std::move(prior), suggester != nullptr), encoding_,
            clock_),
      suggester_(suggester) {
  if (suggester_ != nullptr) {
    suggester_->begin([this](std::int64_t ask, const std::optional<Params>& suggestion) {
      return rank_.on_suggestion(ask, suggestion);
    });
  }
  rank_.begin();
  settle();
}

AskTell::~AskTell() = default;

/// Takes the rank's actions: what it starts is the next answer to ask().
void AskTell::settle() {
  for (auto actions = rank_.take_actions(); !actions.empty(); actions = rank_.take_actions()) {
    for (Action& action : actions) {
      take(action);
    }
  }
}

void AskTell::take(Action& action) {
  if (auto* const start = std::get_if<StartAttempt>(&action)) {
    next_ = Asked{++count_, std::move(start->trial.params)};
    open_.emplace(count_, Open{.id = start->trial.id, .asked = clock_.now()});
  } else if (const auto* const record = std::get_if<RecordEvent>(&action)) {
    ledger_.apply(record->event);
  } else if (const auto* const ask = std::get_if<AskSuggestion>(&action)) {
    suggester_->ask(*ask);
  } else if (const auto* const started = std::get_if<TellStarted>(&action)) {
    suggester_->tell(*started);
  } else if (const auto* const result = std::get_if<TellResult>(&action)) {
    suggester_->tell(*result);
  }
}

std::optional<Asked> AskTell::ask() {
  if (rank_.ending() || (time_limit_ && clock_.now() - began_ >= *time_limit_)) {
    return std::nullopt;
  }
  rank_.add_slots(1);
  settle();
  return std::exchange(next_, std::nullopt);
}

absl::StatusOr<AskTell::Open*> AskTell::find_open(std::int64_t trial) {
  const auto at = open_.find(trial);
  if (at != open_.end()) {
    return &at->second;
  }
  return absl::NotFoundError(trial >= 1 && trial <= count_
                                 ? absl::StrCat("trial ", trial, " has ended")
                                 : absl::StrCat("there is no trial ", trial));
}

absl::StatusOr<Verdict> AskTell::report(std::int64_t trial, std::int64_t step,
                                        const Metrics& metrics) {
  const auto open = find_open(trial);
  if (!open.ok()) {
    return open.status();
  }
  if (step < 0) {
    return absl::InvalidArgumentError(absl::StrCat("step ", step, " is negative"));
  }
  if (absl::Status status = check_finite(metrics); !status.ok()) {
    return status;
  }
  Open& known = **open;
  overwrite(known.last, metrics);
  known.reported = true;
  known.steps = std::max(known.steps, step);
  Verdict verdict = rank_.on_measurement(
      known.id, 1,
      Measurement{.step = step, .metrics = metrics, .elapsed = clock_.now() - known.asked});
  known.stopped = known.stopped || verdict.stops();
  settle();
  return verdict;
}

absl::Status AskTell::tell(std::int64_t trial, const Metrics& metrics) {
  const auto open = find_open(trial);
  if (!open.ok()) {
    return open.status();
  }
  if (absl::Status status = check_finite(metrics); !status.ok()) {
    return status;
  }
  const Open& known = **open;
  Outcome outcome{.ending = known.stopped ? Ending::stopped : Ending::finished,
                  .reason = known.stopped ? "stopped early" : "",
                  .metrics = known.last,
                  .steps = known.reported ? known.steps : full_steps_,
                  .usage = Usage{.wall = clock_.now() - known.asked}};
  overwrite(outcome.metrics, metrics);
  if (const auto scores = objective_.score(outcome.metrics, outcome.usage); !scores.ok()) {
    return absl::InvalidArgumentError(scores.status().message());
  }
  const TrialId id = known.id;
  open_.erase(trial);
  rank_.on_outcome(id, 1, outcome);
  settle();
  return absl::OkStatus();
}

absl::Status AskTell::tell_failed(std::int64_t trial, const std::string& why) {
  const auto open = find_open(trial);
  if (!open.ok()) {
    return open.status();
  }
  const Open known = std::move(**open);
  open_.erase(trial);
  rank_.on_outcome(known.id, 1,
                   Outcome{.ending = Ending::failed,
                           .failure = Failure::told,
                           .reason = why,
                           .metrics = known.last,
                           .steps = known.steps,
                           .usage = Usage{.wall = clock_.now() - known.asked}});
  settle();
  return absl::OkStatus();
}

}  // namespace evolt
