// What a report does to the attempt that made it: the rule's verdict, audits, the objective's
// target; the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <algorithm>
#include <utility>

namespace evolt {

/// Nothing more is to be known of it; it is asked to end.
Verdict Rank::come_to_target(Open& open, const Measurement& measurement) {
  if (!open.at_target) {
    open.at_target = measurement.metrics;
  }
  return {.decision = Verdict::Decision::stop, .reason = "it came to the target"};
}

Verdict Rank::on_measurement(const TrialId& trial, std::int32_t attempt,
                             const Measurement& measurement) {
  Open* const open = find_open(trial, attempt);
  if (open == nullptr) {
    return {};
  }
  ever_reported_ = true;
  record(Measured{trial, attempt, measurement});
  Verdict verdict = take_report(*open, measurement);
  follow_energy();
  return verdict;
}

/// Of an open attempt; it is recorded.
Verdict Rank::take_report(Open& reported, const Measurement& measurement) {
  Open* const open = &reported;
  const TrialId& trial = open->trial.id;
  open->reached = std::max(open->reached, measurement.step);
  if (plan_.continues || plan_.rerun) {
    overwrite(open->known, measurement.metrics);
    open->steps = std::max(open->steps, measurement.step);
  }
  if (open->at_target) {
    return come_to_target(*open, measurement);
  }
  const bool on_target = !open->stopping && plan_.objective.reached(measurement.metrics);
  if (!on_target && over_limit(*open, measurement)) {
    return {.decision = Verdict::Decision::stop, .reason = open->over_limit};
  }
  if (open->decided && open->stopping && measurement.step > open->attempt.goal) {
    return told(open->verdict);  // it went on past its goal
  }
  // What an audit adds would never have been seen: it must not move the rule's mind.
  if (!plan_.outlook.judges() || open->audited) {
    return on_target ? come_to_target(*open, measurement) : Verdict{};
  }
  const auto point = plan_.outlook.point(measurement, open->costs);
  const Curve* const before = history_.curve(trial);
  const bool fresh =
      before == nullptr || before->points.empty() || before->points.back().step < measurement.step;
  if (point && fresh) {
    history_.add(trial, *point);
    tell_all(Progress{trial, *point});
  }
  if (on_target) {
    if (plan_.rule && point && fresh) {
      ask_rule(*open, measurement, *point, false);
    }
    return come_to_target(*open, measurement);
  }
  if (!point || !fresh) {
    return {};
  }
  const bool last = plan_.fidelity.steps > 0 && measurement.step >= plan_.fidelity.steps;
  const bool judged = !open->stopping && !open->halting && !last;
  if (plan_.rule) {
    return ask_rule(*open, measurement, *point, judged);
  }
  return judged ? follow(*open, measurement.step, judge(trial)) : Verdict{};
}

/// What a trainer need not save, it is not asked to.
Verdict Rank::told(Verdict verdict) const {
  if (verdict.parks() && !plan_.continues) {
    verdict.decision = Verdict::Decision::stop;
  }
  return verdict;
}

/// In the user's sign.
Verdict Rank::judge(const TrialId& trial) const {
  Verdict verdict = plan_.estimator.judge(*history_.curve(trial), history_);
  if (verdict.forecast) {
    verdict.forecast = plan_.outlook.in_users_sign(*verdict.forecast);
  }
  return verdict;
}

/// What is done about a verdict, and what the trainer is told: to proceed where an audit lets the
/// trial run on, and where it has come to its goal, because then it ends by itself and may still
/// have something to save.
Verdict Rank::follow(Open& open, std::int64_t step, Verdict verdict) {
  const bool at_goal = !open.decided && goal_below_the_end(open) && step >= open.attempt.goal;
  open.decided = open.decided || at_goal;
  if (!verdict.stops()) {
    return verdict;
  }
  // What is parked may still go on: it is audited when it no longer can (end_parked()).
  open.audited = !verdict.parks() && plan_.audit > 0 && rng_.chance(plan_.audit);
  open.stopping = !open.audited;
  open.parking = open.stopping && verdict.parks();
  open.verdict = verdict;
  if (!open.parking) {
    record(Stopped{.trial = open.trial.id,
                   .attempt = open.attempt.number,
                   .step = step,
                   .reason = verdict.reason,
                   .forecast = verdict.forecast,
                   .spread = verdict.spread,
                   .audited = open.audited});
  }
  return open.audited || at_goal ? Verdict{} : told(std::move(verdict));
}

}  // namespace evolt
