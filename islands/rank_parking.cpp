// Trials that the stopping rule parks: they end for now, and go on when it wants them to, or end
// when the study does; the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace evolt {

/// The attempt has ended. Until the trial goes on, it is worth what is expected of it.
void Rank::park(Open closed, const Outcome& outcome) {
  const TrialId id = closed.trial.id;
  if (!plan_.continues) {
    closed.known = outcome.metrics;
  }
  record(Parked{.trial = id,
                .attempt = closed.attempt.number,
                .step = closed.steps,
                .reason = closed.verdict.reason,
                .forecast = closed.verdict.forecast,
                .spread = closed.verdict.spread,
                .usage = outcome.usage});
  if (!plan_.noise) {
    Outcome so_far = outcome;
    so_far.ending = Ending::stopped;
    so_far.metrics = closed.known;
    so_far.steps = closed.steps;
    admit(closed, individual_of(closed, so_far));
  }
  Retry retry{.trial = std::move(closed.trial),
              .attempt = closed.attempt.number + 1,
              .checkpoint = outcome.checkpoint,
              .known = std::move(closed.known),
              .steps = closed.steps,
              .used = used_after(closed, outcome.usage),
              .longest_cut = closed.longest_cut,
              .losses = closed.losses,
              .parked = std::move(closed.verdict)};
  keep_parked(std::move(retry));
}

void Rank::keep_parked(Retry retry) {
  const TrialId id = retry.trial.id;
  waiting_.add(id, retry.steps, history_);
  parked_.insert_or_assign(id, std::move(retry));
  tell_rule(id, std::nullopt);
}

/// The parked trial that the rule wants to go on, on a free slot. `more`: others run or will be
/// bred.
bool Rank::start_parked(bool more) {
  if (parked_.empty()) {
    return false;
  }
  const auto next = next_parked(more);
  if (!next) {
    return false;
  }
  if (!ends_in_time(parked_.at(*next))) {
    parked_too_late_ = true;  // for the next start of the study
    return false;
  }
  Retry retry = std::move(parked_.extract(*next).mapped());
  waiting_.remove(*next);
  retry.parked.reset();
  lease(std::move(retry));
  return true;
}

/// Nothing runs here any more, and nothing else will go on, but for those that an audit picks.
void Rank::end_parked() {
  for (auto& [id, retry] : std::exchange(parked_, {})) {
    waiting_.remove(id);
    const bool audited = plan_.audit > 0 && rng_.chance(plan_.audit);
    record(Stopped{.trial = id,
                   .attempt = retry.attempt - 1,
                   .step = retry.steps,
                   .reason = retry.parked->reason,
                   .forecast = retry.parked->forecast,
                   .spread = retry.parked->spread,
                   .audited = audited});
    if (audited) {
      retry.parked.reset();
      retry.audited = true;
      retries_.push_back(std::move(retry));
      continue;
    }
    Open open;
    open.attempt.trial = id;
    open.attempt.number = retry.attempt - 1;
    open.trial = std::move(retry.trial);
    open.used = std::move(retry.used);
    open.known = std::move(retry.known);
    open.steps = retry.steps;
    open.at_rest = true;
    open.verdict = std::move(*retry.parked);
    finish(open, Outcome{.ending = Ending::stopped,
                         .reason = open.verdict.reason,
                         .metrics = open.known,
                         .steps = open.steps});
  }
}

/// Rank 0: when all that is left is parked, the finalists among it go on, and the rest ends.
void Rank::end_when_all_parked() {
  if (ending_parked_ || unfinished_ == 0 || std::ssize(parked_anywhere_) != unfinished_ ||
      !bank_->settled()) {
    return;
  }
  ending_parked_ = true;
  tell_all(EndParked{});
  fill_slots();
}

}  // namespace evolt
