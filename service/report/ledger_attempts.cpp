// What a ledger makes of attempts: their states, their steps, what they used. The rest of Ledger is
// in ledger.cpp.
#include "core/usage_sum.hpp"
#include "service/report/ledger.hpp"

#include <algorithm>
#include <utility>

namespace evolt {
namespace {

/// Steps that an attempt has run, as far as is known.
std::int64_t steps_run(const LedgerTrial& trial, const LedgerAttempt& attempt) {
  if (attempt.state == LedgerAttempt::State::ended && trial.result &&
      trial.result->attempt == attempt.number) {
    return std::max<std::int64_t>(0,
                                  trial.result->outcome.steps - trial.result->outcome.started_at);
  }
  if (!attempt.reported) {
    return 0;
  }
  const std::int64_t before = attempt.continued ? attempt.first_step - 1 : attempt.continued_from;
  return std::max<std::int64_t>(0, attempt.last_step - before);
}

/// Where a later attempt took up: the last step that an earlier one reported before this one's
/// first. An attempt from scratch begins at or below the first step of all, and so took up at 0.
std::int64_t last_step_below(const MeasurementLog& log, std::int32_t attempt, std::int64_t step) {
  std::int64_t last = 0;
  for (const MeasurementLog::Row& row : log.rows) {
    if (row.attempt < attempt && row.step < step) {
      last = std::max(last, row.step);
    }
  }
  return last;
}

}  // namespace

bool is_parked(const LedgerTrial& trial) {
  return !trial.result && !trial.attempts.empty() &&
         trial.attempts.back().state == LedgerAttempt::State::parked;
}

LedgerAttempt& Ledger::attempt_of(LedgerTrial& trial, std::int32_t number) {
  const auto place = std::lower_bound(
      trial.attempts.begin(), trial.attempts.end(), number,
      [](const LedgerAttempt& attempt, std::int32_t n) { return attempt.number < n; });
  if (place != trial.attempts.end() && place->number == number) {
    return *place;
  }
  if (trial.attempts.empty()) {
    length_known_ = length_known_ && trial.fidelity.steps > 0;
    *epochs_.full += trial.fidelity.steps;
  }
  LedgerAttempt attempt;
  attempt.number = number;
  return *trial.attempts.insert(place, std::move(attempt));
}

void Ledger::recount(LedgerTrial& trial, LedgerAttempt& attempt) {
  const std::int64_t spent = steps_run(trial, attempt);
  std::int64_t audit = 0;
  if (trial.stop && trial.stop->audited && attempt.number >= trial.stop->attempt) {
    audit = spent;
    if (attempt.number == trial.stop->attempt) {
      const bool ended = trial.result && trial.result->attempt == attempt.number;
      const std::int64_t last = ended ? trial.result->outcome.steps : attempt.last_step;
      audit = std::clamp<std::int64_t>(last - trial.stop->step, 0, spent);
    }
  }
  epochs_.spent += spent - std::exchange(attempt.spent, spent);
  epochs_.audit += audit - std::exchange(attempt.audit, audit);
}

void Ledger::take(LedgerTrial& trial, const Event& event, const Leased& leased) {
  const bool goes_on = is_parked(trial);
  LedgerAttempt& attempt = attempt_of(trial, leased.attempt.number);
  attempt.rank = leased.attempt.rank;
  attempt.slot = leased.attempt.slot;
  attempt.worker = leased.attempt.worker;
  attempt.goal = leased.attempt.goal;
  attempt.continued = !options_.anew && !leased.attempt.checkpoint.empty();
  attempt.inherits_from = leased.attempt.inherits_from;
  attempt.leased_at = event.at;
  if (goes_on && trial.stop && !trial.stop->audited) {
    trial.stop.reset();
  }
  recount(trial, attempt);
  count_parked(trial);
}

void Ledger::take(LedgerTrial& trial, const Event&, const Measured& measured) {
  LedgerAttempt& attempt = attempt_of(trial, measured.attempt);
  if (!shapes_.add(trial.log, measured.attempt, measured.measurement)) {
    return;
  }
  const std::int64_t step = measured.measurement.step;
  if (!attempt.reported && attempt.number > 1 && !options_.anew) {
    attempt.continued_from = last_step_below(trial.log, attempt.number, step);
  }
  attempt.first_step = attempt.reported ? std::min(attempt.first_step, step) : step;
  attempt.last_step = attempt.reported ? std::max(attempt.last_step, step) : step;
  attempt.reported = true;
  if (measured.measurement.energy && attempt.state == LedgerAttempt::State::running) {
    attempt.reading = measured.measurement.energy;
  }
  recount(trial, attempt);
}

void Ledger::take(LedgerTrial& trial, const Event&, const Stopped& stopped) {
  if (trial.stop &&
      (trial.stop->audited || (!stopped.audited && stopped.attempt <= trial.stop->attempt))) {
    return;
  }
  trial.stop = stopped;
  attempt_of(trial, stopped.attempt);
  for (LedgerAttempt& attempt : trial.attempts) {
    recount(trial, attempt);
  }
}

void Ledger::take(LedgerTrial& trial, const Event& event, const Finished& finished) {
  LedgerAttempt& attempt = attempt_of(trial, finished.attempt);
  if (attempt.state == LedgerAttempt::State::ended) {
    return;
  }
  if (attempt.state == LedgerAttempt::State::lost) {
    --counts_.lost;
    usage_.take_back(attempt.usage);
  }
  const bool at_rest = attempt.state == LedgerAttempt::State::parked ||
                       attempt.state == LedgerAttempt::State::reached;
  if (!at_rest) {  // what that one used is known already
    attempt.state = LedgerAttempt::State::ended;
    attempt.ended_at = event.at;
    attempt.usage = finished.outcome.usage;
    attempt.reading.reset();
    usage_.add(attempt.usage);
  }
  metrics_.intern(finished.outcome.metrics, 0);
  if (!trial.result) {
    trial.result =
        Result{finished.attempt, event.at, finished.outcome, finished.scores, finished.violation};
    --counts_.running;
    operators_.end(trial.lineage.propagator, finished.outcome.ending);
    switch (finished.outcome.ending) {
      case Ending::finished:
        ++counts_.finished;
        admit(trial);
        break;
      case Ending::stopped:
        ++counts_.stopped;
        break;
      case Ending::failed:
      case Ending::infeasible:
        ++counts_.failed;
        break;
    }
  } else {
    // Another attempt was faster: only what this one used counts.
    attempt.reported = true;
    attempt.continued = finished.outcome.started_at > 0;
    attempt.first_step = finished.outcome.started_at + 1;
    attempt.last_step = finished.outcome.steps;
  }
  recount(trial, attempt);
  count_parked(trial);
}

void Ledger::take(LedgerTrial& trial, const Event& event, const Parked& parked) {
  LedgerAttempt& attempt = attempt_of(trial, parked.attempt);
  if (attempt.state != LedgerAttempt::State::running) {
    return;
  }
  attempt.state = parked.goes_on ? LedgerAttempt::State::reached : LedgerAttempt::State::parked;
  attempt.ended_at = event.at;
  attempt.reason = parked.reason;
  attempt.usage = parked.usage;
  attempt.reading.reset();
  usage_.add(attempt.usage);
  count_parked(trial);
  if (!parked.goes_on && (!trial.stop || !trial.stop->audited)) {
    trial.stop = Stopped{.trial = parked.trial,
                         .attempt = parked.attempt,
                         .step = parked.step,
                         .reason = parked.reason,
                         .forecast = parked.forecast,
                         .spread = parked.spread};
  }
}

void Ledger::count_parked(LedgerTrial& trial) {
  const bool parked = is_parked(trial);
  counts_.parked += (parked ? 1 : 0) - (trial.counted_parked ? 1 : 0);
  trial.counted_parked = parked;
}

void Ledger::take(LedgerTrial& trial, const Event& event, const Lost& lost) {
  LedgerAttempt& attempt = attempt_of(trial, lost.attempt);
  if (attempt.state != LedgerAttempt::State::running) {
    return;
  }
  attempt.state = LedgerAttempt::State::lost;
  attempt.ended_at = event.at;
  attempt.reason = lost.reason;
  attempt.usage = lost.usage;
  attempt.reading.reset();
  usage_.add(attempt.usage);
  ++counts_.lost;
}

}  // namespace evolt
