#include "service/report/ledger.hpp"

#include "core/usage_sum.hpp"
#include "service/study_file/study_objective.hpp"

#include <absl/hash/hash.h>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

namespace evolt {
namespace {

std::uint64_t hash_of(const Params& params) {
  return absl::HashOf(params);
}

}  // namespace

LedgerOptions ledger_options(const Study& study) {
  LedgerOptions options{.names = study.objective.score_names(),
                        .maximized = study.objective.scores_maximized(),
                        .anew = !study.trial.checkpoint,
                        .energy = study.energy,
                        .budget = study.budget,
                        .objective = make_objective(study)};
  if (!options.objective->needs_energy()) {
    options.objective.reset();
  }
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

const LedgerTrial* Ledger::find(std::int64_t number) const {
  const bool known = number >= 1 && number <= static_cast<std::int64_t>(trials_.size());
  return known ? &trials_[static_cast<std::size_t>(number - 1)] : nullptr;
}

const LedgerTrial* Ledger::find(const TrialId& id) const {
  const auto known = numbers_.find(id);
  return known == numbers_.end() ? nullptr : find(known->second);
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
