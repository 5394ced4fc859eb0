// A stopping rule that is a program: what it is asked and told, and what becomes of its answers;
// the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <utility>

namespace evolt {

/// The rule hears of every new point, and is asked about those that no rule answers alike.
Verdict Rank::ask_rule(Open& open, const Measurement& measurement, const CurvePoint& point,
                       bool judged) {
  const TrialId& trial = open.trial.id;
  TellReport report{.trial = trial,
                    .attempt = open.attempt.number,
                    .params = open.trial.params,
                    .measurement = measurement,
                    .point = point,
                    .otherwise = {}};
  Verdict verdict;
  if (judged) {
    if (auto known = settled(*history_.curve(trial), plan_.rule->window)) {
      verdict = follow(open, measurement.step, *std::move(known));
    } else {
      report.otherwise = judge(trial);
      verdict.decision = Verdict::Decision::later;
    }
  }
  actions_.emplace_back(std::move(report));
  return verdict;
}

absl::Status Rank::on_verdict(const TrialId& trial, std::int32_t attempt, std::int64_t step,
                              Verdict verdict) {
  Open* const open = find_open(trial, attempt);
  if (open == nullptr || open->stopping || open->halting) {
    return absl::NotFoundError(
        absl::StrCat("attempt ", attempt, " of trial ", to_string(trial), " has ended"));
  }
  // When only parked trials are left, who goes on then is not parked again: somebody must end.
  if (verdict.parks() && (!plan_.rule || !plan_.rule->parks || ending_parked_)) {
    verdict.decision = Verdict::Decision::stop;
  }
  if (!open->audited) {
    verdict = follow(*open, step, std::move(verdict));
  }
  if (open->stopping) {
    actions_.emplace_back(StopAttempt{trial, verdict.reason, open->parking});
  } else {
    actions_.emplace_back(ProceedAttempt{trial});
  }
  return absl::OkStatus();
}

absl::Status Rank::on_recall(const TrialId& trial) {
  if (!parked_.contains(trial)) {
    return absl::NotFoundError(absl::StrCat("trial ", to_string(trial), " is not parked here"));
  }
  recalled_.insert(trial);
  fill_slots();
  return absl::OkStatus();
}

void Rank::on_rule_gone() {
  plan_.rule.reset();
  recalled_.clear();
  fill_slots();
}

void Rank::tell_rule(const TrialId& trial, std::optional<Ending> ending) {
  if (plan_.rule) {
    actions_.emplace_back(TellCurveEnd{trial, ending});
  }
}

/// Whom the rule calls back; at the end, those that its fallback picks.
std::optional<TrialId> Rank::next_parked(bool more) {
  while (!recalled_.empty()) {
    const TrialId first = recalled_.extract(recalled_.begin()).value();
    if (parked_.contains(first)) {
      return first;
    }
  }
  if (plan_.rule && (more || !ending_parked_)) {
    return std::nullopt;
  }
  return plan_.estimator.resume(waiting_, history_, more);
}

}  // namespace evolt
