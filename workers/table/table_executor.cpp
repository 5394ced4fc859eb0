#include "workers/table/table_executor.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace evolt {

TableExecutor::TableExecutor(const Table& table, ManualClock& clock, TableExecutorOptions options,
                             RowOf row_of)
    : table_(table),
      clock_(clock),
      options_(options),
      row_of_(std::move(row_of)),
      runs_(options.slots) {
  measurement_.metrics.emplace_back(table.head().score, 0);
  if (table.head().has_train_loss) {
    measurement_.metrics.emplace_back("train_loss", 0);
  }
}

std::int64_t TableExecutor::length() const {
  return options_.epochs > 0 ? options_.epochs : table_.head().epochs;
}

absl::Status TableExecutor::start(const Trial& trial, const Attempt& attempt,
                                  TrialObserver& observer) {
  const auto slot = static_cast<std::size_t>(attempt.slot);
  if (slot >= runs_.size() || runs_[slot].observer != nullptr) {
    return absl::FailedPreconditionError(absl::StrCat("slot ", slot, " is not free"));
  }
  Run run{.trial = trial.id,
          .attempt = attempt.number,
          .row = row_of_(trial),
          .observer = &observer,
          .begun = clock_.now(),
          .goal = attempt.goal > 0 ? std::min(attempt.goal, length()) : length()};
  if (const auto done = resumable_.find(trial.id); done != resumable_.end() && run.row) {
    const TableEpoch last = table_.at(*run.row, done->second);
    run.known = last.seconds;
    run.spent_before = last.joules;
    run.from = run.epoch = done->second;
    resumable_.erase(done);
  }
  runs_[slot] = std::move(run);
  slot_of_[trial.id] = slot;
  plan_next(slot);
  return absl::OkStatus();
}

void TableExecutor::stop(const TrialId& trial, std::string_view reason, StopFor what) {
  const auto at = slot_of_.find(trial);
  if (at == slot_of_.end()) {
    return;
  }
  Run& run = runs_[at->second];
  if (std::exchange(run.stopped, true)) {
    return;
  }
  run.reason = reason;
  if (what == StopFor::resume && run.epoch > 0) {
    resumable_[trial] = run.epoch;
  }
  plan(at->second, clock_.now());
}

void TableExecutor::plan(std::size_t slot, Seconds at) {
  runs_[slot].cue = ++cue_;
  cues_.push({at, cue_, slot});
}

/// The next epoch, or the end.
void TableExecutor::plan_next(std::size_t slot) {
  const Run& run = runs_[slot];
  if (!run.row || run.stopped || run.epoch >= run.goal) {
    plan(slot, clock_.now());
    return;
  }
  const Seconds trained = table_.at(*run.row, run.epoch + 1).seconds - run.known;
  plan(slot, run.begun + options_.startup + trained);
}

bool TableExecutor::advance() {
  while (!cues_.empty()) {
    const Cue cue = cues_.top();
    cues_.pop();
    const Run& run = runs_[cue.slot];
    if (run.observer == nullptr || run.cue != cue.order) {
      continue;  // planned anew since
    }
    clock_.set(cue.at);
    if (!run.row || run.stopped || run.epoch >= run.goal) {
      end(cue.slot);
    } else {
      report(cue.slot);
    }
    return true;
  }
  return false;
}

void TableExecutor::fill_metrics(const Run& run) {
  const TableEpoch epoch = table_.at(*run.row, run.epoch);
  if (table_.head().reference) {
    // Before the first target that was recorded nothing is known, which is not to have diverged.
    measurement_.metrics.clear();
    if (!std::isnan(epoch.score)) {
      measurement_.metrics.emplace_back(table_.head().score, epoch.score);
    }
    return;
  }
  measurement_.metrics[0].second = epoch.score;
  if (measurement_.metrics.size() > 1) {
    measurement_.metrics[1].second = epoch.train_loss;
  }
}

/// Of the attempt so far; nullopt where the table has none.
std::optional<EnergyReading> TableExecutor::energy_of(const Run& run) const {
  if (!table_.head().has_joules) {
    return std::nullopt;
  }
  const Joules joules = table_.at(*run.row, run.epoch).joules - run.spent_before;
  return EnergyReading{.joules = joules,
                       .lower = joules,
                       .upper = joules,
                       .label = EnergyLabel::declared,
                       .coverage = 1,
                       .sensors = {"table"}};
}

void TableExecutor::report(std::size_t slot) {
  Run& run = runs_[slot];
  ++run.epoch;
  fill_metrics(run);
  measurement_.step = run.epoch;
  measurement_.elapsed = clock_.now() - run.begun;
  measurement_.energy = energy_of(run);
  const Verdict verdict = run.observer->on_measurement(run.trial, run.attempt, measurement_);
  if (verdict.stops() && !run.stopped) {
    run.stopped = true;
    run.reason = verdict.reason;
    if (verdict.parks()) {
      resumable_[run.trial] = run.epoch;
    }
  }
  plan_next(slot);
}

Outcome TableExecutor::outcome_of(const Run& run) {
  Outcome outcome{.reason = run.reason, .steps = run.epoch, .started_at = run.from};
  outcome.usage.wall = clock_.now() - run.begun;
  if (!run.row) {
    outcome.ending = Ending::infeasible;
    outcome.reason = "the table has no such configuration";
    return outcome;
  }
  outcome.usage.startup = options_.startup;
  if (run.epoch > 0) {
    fill_metrics(run);
    outcome.metrics = measurement_.metrics;
    outcome.usage.energy = energy_of(run);
  }
  if (run.stopped && run.epoch < run.goal) {
    outcome.ending = Ending::stopped;
  }
  return outcome;
}

void TableExecutor::end(std::size_t slot) {
  Run run = std::exchange(runs_[slot], Run{});
  slot_of_.erase(run.trial);
  run.observer->on_outcome(run.trial, run.attempt, outcome_of(run));
}

}  // namespace evolt
