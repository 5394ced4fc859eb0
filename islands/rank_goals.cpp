// Attempts with a goal of their own: what they train to, and what follows when they have come
// there; and what they start from. The rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace evolt {

std::int64_t Rank::full_length(const Trial& trial) const {
  return trial.fidelity.steps > 0 ? trial.fidelity.steps : plan_.fidelity.steps;
}

/// What the next attempt of a trial trains to; 0: attempts have no goals.
std::int64_t Rank::next_goal(const Retry& retry) const {
  if (!plan_.rerun) {
    return 0;
  }
  const std::int64_t full = full_length(retry.trial);
  if (retry.goal > 0 || retry.audited) {
    return retry.goal > 0 ? std::min(retry.goal, full)
                          : full;  // no verdict will end an audited one
  }
  return std::min(plan_.estimator.goal(retry.steps).value_or(full), full);
}

bool Rank::goal_below_the_end(const Open& open) const {
  return open.attempt.goal > 0 && open.attempt.goal < full_length(open.trial);
}

/// A trainer that names no steps, or has its numbers only when it ends, told what it came to at its
/// goal.
void Rank::tell_at_goal(Open& open, const Outcome& outcome) {
  const std::int64_t goal = open.attempt.goal;
  if (open.reached < goal && outcome.steps >= goal && !outcome.metrics.empty()) {
    static_cast<void>(on_measurement(
        open.trial.id, open.attempt.number,
        Measurement{.step = goal, .metrics = outcome.metrics, .elapsed = outcome.usage.wall}));
  }
}

/// Whether an attempt that ended well did what it was asked for, and that is not all there is. One
/// that went on from a checkpoint may have had nothing left to report.
bool Rank::came_to_goal(const Open& open, const Outcome& outcome) const {
  const std::int64_t before = plan_.continues ? open.steps : 0;
  const std::int64_t step = std::max(outcome.steps, before);
  return goal_below_the_end(open) && step >= open.attempt.goal && step < full_length(open.trial);
}

/// The rule decides: it is parked, ended, or run again with the next goal. An attempt that repeated
/// what a lost one had reported was not judged on the way.
void Rank::end_at_goal(Open& open, const Outcome& outcome) {
  const TrialId id = open.trial.id;
  const Curve* const curve = history_.curve(id);
  if (!open.decided && !open.audited && !open.stopping && curve != nullptr) {
    static_cast<void>(follow(open, curve->points.back().step, judge(id)));
  }
  Open closed = close(id);
  if (closed.parking) {
    park(std::move(closed), outcome);
    return;
  }
  Outcome ended = outcome;
  if (closed.stopping) {
    ended.ending = Ending::stopped;
    ended.reason = closed.verdict.reason;
    finish(closed, std::move(ended));
    return;
  }
  Outcome whole = outcome;
  complete(closed, whole);
  if (individual_of(closed, whole).scores.empty()) {
    finish(closed, std::move(ended));  // without its objectives no further attempt would help
  } else {
    go_on(std::move(closed), outcome);
  }
}

/// At once, on the slot that has become free; when the run ends, in the next start.
void Rank::go_on(Open closed, const Outcome& outcome) {
  record(Parked{.trial = closed.trial.id,
                .attempt = closed.attempt.number,
                .step = closed.steps,
                .reason = absl::StrCat("came to its goal, step ", closed.attempt.goal),
                .forecast = {},
                .spread = {},
                .usage = outcome.usage,
                .goes_on = true});
  if (halted_) {
    return;
  }
  Usage used = used_after(closed, outcome.usage);
  retries_.push_front(Retry{.trial = std::move(closed.trial),
                            .attempt = closed.attempt.number + 1,
                            .checkpoint = outcome.checkpoint,
                            .known = std::move(closed.known),
                            .steps = closed.steps,
                            .used = std::move(used),
                            .longest_cut = closed.longest_cut,
                            .losses = closed.losses,
                            .parked = {},
                            .goal = 0,
                            .audited = closed.audited});
}

/// The parent whose checkpoint an attempt starts from: the first, in the order of the lineage, that
/// left one. nullopt: the trial has one of its own, or there is none. What is evaluated again
/// because results are noisy inherits nothing: it would be no repetition.
std::optional<TrialId> Rank::benefactor(const Retry& retry) const {
  const Lineage& lineage = retry.trial.lineage;
  if (!plan_.left_checkpoint || lineage.propagator == kReplicate || !retry.checkpoint.empty() ||
      (retry.attempt > 1 && plan_.left_checkpoint(retry.trial.id))) {
    return std::nullopt;
  }
  const auto parent =
      std::find_if(lineage.parents.begin(), lineage.parents.end(), plan_.left_checkpoint);
  return parent == lineage.parents.end() ? std::nullopt : std::optional(*parent);
}

}  // namespace evolt
