#include "service/report/ledger.hpp"

#include "core/usage_sum.hpp"

#include <absl/hash/hash.h>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kReferenceResults = 10;

std::uint64_t hash_of(const Params& params) {
  return absl::HashOf(params);
}

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

LedgerOptions ledger_options(const ObjectiveSettings& objective) {
  LedgerOptions options{.names = objective.maximize, .maximized = objective.maximize.size()};
  options.names.insert(options.names.end(), objective.minimize.begin(), objective.minimize.end());
  return options;
}

std::optional<double> EpochTotals::saved_fraction() const {
  if (!full || *full == 0) {
    return std::nullopt;
  }
  return 1 - static_cast<double>(spent - audit) / static_cast<double>(*full);
}

Ledger::Ledger(LedgerOptions options) : options_(std::move(options)) {
  epochs_.full = 0;
}

void Ledger::apply(const Event& event) {
  if (const auto* bred = std::get_if<Bred>(&event.what)) {
    breed(event, *bred);
    return;
  }
  const auto known = numbers_.find(subject(event));
  if (known == numbers_.end()) {
    early_[subject(event)].push_back(event);
    return;
  }
  LedgerTrial& trial = trials_[static_cast<std::size_t>(known->second - 1)];
  std::visit(
      [&](const auto& what) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(what)>, Bred>) {
          take(trial, event, what);
        }
      },
      event.what);
}

void Ledger::breed(const Event& event, const Bred& bred) {
  const auto number = static_cast<std::int64_t>(trials_.size()) + 1;
  if (!numbers_.try_emplace(bred.trial.id, number).second) {
    return;
  }
  const Trial& from = bred.trial;
  const NameLists::List guess = trials_.empty() ? 0 : trials_.back().param_names;
  LedgerTrial& trial = trials_.emplace_back();
  trial.number = number;
  trial.id = from.id;
  trial.island = from.island;
  trial.bred_at = event.at;
  trial.genome = from.genome;
  trial.lineage = from.lineage;
  trial.fidelity = from.fidelity;
  trial.checkpoint = from.checkpoint;
  trial.param_names = params_.intern(from.params, guess);
  trial.param_values.reserve(from.params.size());
  for (const auto& [name, value] : from.params) {
    trial.param_values.push_back(value);
  }
  if (!configurations_.insert(hash_of(from.params)).second &&
      from.lineage.propagator != kReplicate) {
    ++repeats_;
  }
  operators_.propose(from.lineage.propagator);
  ++counts_.total;
  ++counts_.running;
  if (const auto early = early_.extract(from.id); !early.empty()) {
    for (const Event& waiting : early.mapped()) {
      apply(waiting);
    }
  }
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
  attempt.continued = !trial.checkpoint.empty();
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
  LedgerAttempt& attempt = attempt_of(trial, leased.attempt.number);
  attempt.rank = leased.attempt.rank;
  attempt.slot = leased.attempt.slot;
  attempt.worker = leased.attempt.worker;
  attempt.continued = attempt.continued || !leased.attempt.checkpoint.empty();
  attempt.leased_at = event.at;
  recount(trial, attempt);
}

void Ledger::take(LedgerTrial& trial, const Event&, const Measured& measured) {
  LedgerAttempt& attempt = attempt_of(trial, measured.attempt);
  if (!shapes_.add(trial.log, measured.attempt, measured.measurement)) {
    return;
  }
  const std::int64_t step = measured.measurement.step;
  if (!attempt.reported && attempt.number > 1) {
    attempt.continued_from = last_step_below(trial.log, attempt.number, step);
  }
  attempt.first_step = attempt.reported ? std::min(attempt.first_step, step) : step;
  attempt.last_step = attempt.reported ? std::max(attempt.last_step, step) : step;
  attempt.reported = true;
  recount(trial, attempt);
}

void Ledger::take(LedgerTrial& trial, const Event&, const Stopped& stopped) {
  if (trial.stop && (trial.stop->audited || stopped.attempt <= trial.stop->attempt)) {
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
  attempt.state = LedgerAttempt::State::ended;
  attempt.ended_at = event.at;
  attempt.usage = finished.outcome.usage;
  usage_.add(attempt.usage);
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
  usage_.add(attempt.usage);
  ++counts_.lost;
}

void Ledger::take(LedgerTrial& trial, const Event& event, const Migrated& migrated) {
  const auto set = [&](IslandId island, bool present) {
    for (Membership& move : trial.moves) {
      if (move.island == island) {
        const bool news =
            migrated.hop > move.hop || (migrated.hop == move.hop && move.present && !present);
        if (news) {
          move = {island, migrated.hop, present};
        }
        return news || migrated.hop < move.hop;
      }
    }
    trial.moves.push_back({island, migrated.hop, present});
    return true;
  };
  if (migrated.to != kNowhere && set(migrated.to, true)) {
    ++migrations_;
    trial.arrivals.push_back({event.at, migrated.from, migrated.to, migrated.copy});
  }
  if (!migrated.copy) {
    set(migrated.from, false);
  }
}

void Ledger::admit(const LedgerTrial& trial) {
  const Result& result = *trial.result;
  const auto finite = [](double score) { return std::isfinite(score); };
  if (result.scores.empty() || result.scores.size() != options_.names.size() ||
      result.violation > 0 || std::isnan(result.violation) ||
      !std::all_of(result.scores.begin(), result.scores.end(), finite)) {
    return;
  }
  bool improved = false;
  if (options_.names.size() > 1) {
    improved = front_.offer(trial.number, result.scores);
    if (first_scores_.size() < kReferenceResults) {
      first_scores_.push_back(result.scores);
    }
  }
  if (options_.names.size() == 1) {
    repeated_.add(configuration_of(trial), result.scores.front());
  }
  const LedgerTrial* const leader = find(best_);
  if (leader == nullptr || result.scores < leader->result->scores ||
      (result.scores == leader->result->scores && trial.number < leader->number)) {
    best_ = trial.number;
    improved = improved || options_.names.size() == 1;
  }
  if (improved) {
    operators_.improve(trial.lineage.propagator, trial.number);
  }
}

const LedgerTrial* Ledger::find(std::int64_t number) const {
  const bool known = number >= 1 && number <= static_cast<std::int64_t>(trials_.size());
  return known ? &trials_[static_cast<std::size_t>(number - 1)] : nullptr;
}

const LedgerTrial* Ledger::find(const TrialId& id) const {
  const auto known = numbers_.find(id);
  return known == numbers_.end() ? nullptr : find(known->second);
}

const LedgerTrial* Ledger::best() const {
  return find(repeated_.any() ? repeated_.best() : best_);
}

/// The trial that was first bred with the same configuration, by number.
std::int64_t Ledger::configuration_of(const LedgerTrial& trial) const {
  const bool again = trial.lineage.propagator == kReplicate && !trial.lineage.parents.empty();
  const LedgerTrial* const root = again ? find(trial.lineage.parents.front()) : nullptr;
  return root == nullptr ? trial.number : root->number;
}

double Ledger::mean_score(const LedgerTrial& trial) const {
  return repeated_.mean(configuration_of(trial));
}

std::int64_t Ledger::evaluations(const LedgerTrial& trial) const {
  return repeated_.count(configuration_of(trial));
}

std::vector<double> Ledger::reference() const {
  if (first_scores_.size() < kReferenceResults) {
    return {};
  }
  std::vector<double> best = first_scores_.front();
  std::vector<double> worst = best;
  for (const std::vector<double>& scores : first_scores_) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      best[i] = std::min(best[i], scores[i]);
      worst[i] = std::max(worst[i], scores[i]);
    }
  }
  for (std::size_t i = 0; i < worst.size(); ++i) {
    worst[i] += 0.1 * (worst[i] - best[i]);
  }
  return worst;
}

std::optional<Usage> Ledger::used(const LedgerTrial& trial) {
  std::optional<Usage> all;
  for (const LedgerAttempt& attempt : trial.attempts) {
    if (attempt.state != LedgerAttempt::State::running) {
      all = all ? sum(*all, attempt.usage) : attempt.usage;
    }
  }
  return all;
}

EpochTotals Ledger::epochs() const {
  EpochTotals totals = epochs_;
  if (!length_known_) {
    totals.full.reset();
  }
  return totals;
}

Params Ledger::params(const LedgerTrial& trial) const {
  const std::vector<std::string>& names = params_[trial.param_names];
  Params params;
  params.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    params.emplace_back(names[i], trial.param_values[i]);
  }
  return params;
}

std::vector<Measurement> Ledger::measurements(const LedgerTrial& trial) const {
  std::vector<Measurement> all;
  all.reserve(trial.log.rows.size());
  for (std::size_t i = 0; i < trial.log.rows.size(); ++i) {
    all.push_back(shapes_.unpack(trial.log, i));
  }
  return all;
}

std::vector<IslandId> Ledger::islands(const LedgerTrial& trial) const {
  std::vector<IslandId> on;
  const auto move_of = [&](IslandId island) {
    return std::find_if(trial.moves.begin(), trial.moves.end(),
                        [&](const Membership& move) { return move.island == island; });
  };
  if (move_of(trial.island) == trial.moves.end()) {
    on.push_back(trial.island);
  }
  for (const Membership& move : trial.moves) {
    if (move.present) {
      on.push_back(move.island);
    }
  }
  std::sort(on.begin(), on.end());
  return on;
}

}  // namespace evolt
