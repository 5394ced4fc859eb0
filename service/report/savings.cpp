#include "service/report/savings.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace evolt {
namespace {

/// Whether it ended with the trial to go on later, or at once.
bool at_rest(const LedgerAttempt& attempt) {
  return attempt.state == LedgerAttempt::State::parked ||
         attempt.state == LedgerAttempt::State::reached;
}

/// Wall time of start-ups that were only needed because the trial had been parked.
Seconds extra_startups(const LedgerTrial& trial) {
  Seconds extra;
  for (std::size_t i = 1; i < trial.attempts.size(); ++i) {
    if (at_rest(trial.attempts[i - 1])) {
      extra = extra + trial.attempts[i].usage.startup.value_or(Seconds{});
    }
  }
  return extra;
}

/// Steps of a trial that was run again from scratch, but for those that lost attempts did, which no
/// rule is to blame for; and of all its attempts. 0: it was run once.
struct Repeated {
  std::int64_t counted = 0;
  std::int64_t all = 0;
};

Repeated repeated(const LedgerTrial& trial, bool anew) {
  Repeated steps;
  if (!anew || std::none_of(trial.attempts.begin(), trial.attempts.end(), at_rest)) {
    return steps;
  }
  for (const LedgerAttempt& attempt : trial.attempts) {
    steps.all += attempt.spent;
    steps.counted += attempt.state == LedgerAttempt::State::lost ? 0 : attempt.spent;
  }
  return steps;
}

/// What a trial that was trained to its end cost more than one attempt would have.
Savings extra_attempts(const LedgerTrial& trial) {
  Savings extra{.joules = Joules{}};
  for (const LedgerAttempt& attempt : trial.attempts) {
    if (!at_rest(attempt)) {
      continue;
    }
    extra.epochs -= attempt.spent;
    extra.seconds = extra.seconds - attempt.usage.wall;
    extra.joules = extra.joules && attempt.usage.energy
                       ? std::optional(*extra.joules - attempt.usage.energy->joules)
                       : std::nullopt;
  }
  return extra;
}

bool audited(const LedgerTrial& trial) {
  return trial.stop && trial.stop->audited && trial.result &&
         trial.result->outcome.ending == Ending::finished && !trial.result->scores.empty();
}

/// The worst score of the best tenth.
double best_tenth(const Ledger& ledger) {
  std::vector<double> scores;
  for (const LedgerTrial& trial : ledger.trials()) {
    if (trial.result && trial.result->outcome.ending == Ending::finished &&
        !trial.result->scores.empty() && std::isfinite(trial.result->scores.front())) {
      scores.push_back(trial.result->scores.front());
    }
  }
  if (scores.empty()) {
    return std::nan("");
  }
  const auto last = scores.begin() + static_cast<std::ptrdiff_t>((scores.size() - 1) / 10);
  std::nth_element(scores.begin(), last, scores.end());
  return *last;
}

}  // namespace

Savings savings(const LedgerTrial& trial, bool anew) {
  Savings saved;
  const Repeated steps = repeated(trial, anew);
  if (steps.all > 0 && trial.result && trial.result->outcome.ending == Ending::finished &&
      !(trial.stop && trial.stop->audited)) {
    return extra_attempts(trial);
  }
  if (!trial.result || trial.result->outcome.ending != Ending::stopped ||
      trial.result->outcome.steps < 1 || trial.fidelity.steps <= trial.result->outcome.steps) {
    return saved;
  }
  const std::int64_t done = steps.all > 0 ? steps.all : trial.result->outcome.steps;
  saved.trials = 1;
  saved.epochs = trial.fidelity.steps - (steps.all > 0 ? steps.counted : done);
  const Usage used = Ledger::used(trial).value_or(Usage{});
  const Seconds training = used.wall - used.startup.value_or(Seconds{});
  const double more = static_cast<double>(saved.epochs) / static_cast<double>(done);
  saved.seconds = training * more - extra_startups(trial);
  if (used.energy && used.wall.value > 0) {
    saved.joules = used.energy->joules * (saved.seconds.value / used.wall.value);
  }
  return saved;
}

Savings savings(const Ledger& ledger) {
  Savings total{.joules = Joules{}};
  for (const LedgerTrial& trial : ledger.trials()) {
    const Savings one = savings(trial, ledger.options().anew);
    if (one.trials == 0 && one.epochs == 0) {
      continue;
    }
    total.trials += one.trials;
    total.epochs += one.epochs;
    total.seconds = total.seconds + one.seconds;
    total.joules =
        total.joules && one.joules ? std::optional(*total.joules + *one.joules) : std::nullopt;
  }
  if (total.trials == 0 && total.epochs == 0) {
    total.joules.reset();
  }
  return total;
}

AuditTotals audit_totals(const Ledger& ledger) {
  AuditTotals totals;
  const bool several = ledger.options().names.size() > 1;
  const double good = several ? 0 : best_tenth(ledger);
  const std::vector<Front::Point> front = several ? ledger.front() : std::vector<Front::Point>();
  for (const LedgerTrial& trial : ledger.trials()) {
    if (!audited(trial)) {
      continue;
    }
    ++totals.trials;
    const bool miss =
        several
            ? std::any_of(front.begin(), front.end(),
                          [&](const Front::Point& point) { return point.number == trial.number; })
            : trial.result->scores.front() <= good;
    totals.misses += miss ? 1 : 0;
  }
  return totals;
}

}  // namespace evolt
