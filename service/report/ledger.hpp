#pragma once

#include "core/event.hpp"
#include "estimators/objective.hpp"
#include "service/report/measurement_log.hpp"
#include "service/report/name_lists.hpp"
#include "service/report/operator_book.hpp"
#include "service/report/ranking.hpp"
#include "service/report/usage_totals.hpp"
#include "service/study.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// What the ledger must know of the study.
struct LedgerOptions {
  std::vector<std::string> names;  ///< objectives, in the study's order
  std::size_t maximized = 0;       ///< the first so many of them are maximized
  bool anew = false;      ///< attempts begin at the first step, whatever earlier ones have done
  EnergySettings energy;  ///< what counts as energy, and what it stands for
  BudgetSettings budget;
  /// Where scores or requirements take energy: what says by how much they may be wrong, and which
  /// of them can be compared.
  std::optional<Objective> objective;
};

LedgerOptions ledger_options(const Study& study);

struct LedgerAttempt {
  enum class State {
    running,
    ended,
    lost,
    parked,
    reached,  ///< it came to its goal, and the next attempt followed at once
  };

  std::int32_t number = 1;
  State state = State::running;
  RankId rank{};
  std::int32_t slot = 0;
  std::string worker;                    ///< empty: the rank itself
  std::int64_t goal = 0;                 ///< the step it was to train to; 0: the full length
  bool continued = false;                ///< it was given a checkpoint to go on from
  std::optional<TrialId> inherits_from;  ///< the parent whose checkpoint it started from
  std::int64_t continued_from = 0;  ///< or found one: the step that an earlier attempt had reported
  std::int64_t first_step = 0;      ///< reported; meaningless while `reported` is false
  std::int64_t last_step = 0;
  bool reported = false;
  std::int64_t spent = 0;  ///< steps run
  std::int64_t audit = 0;  ///< of these, after its trial's audited stop
  Seconds leased_at;
  Seconds ended_at;
  std::string reason;                    ///< why it was lost, parked or followed by another
  Usage usage;                           ///< once it ended or was lost
  std::optional<EnergyReading> reading;  ///< the last, while it runs
};

/// How a trial ended, and what it is worth.
struct Result {
  std::int32_t attempt = 1;
  Seconds at;
  Outcome outcome;
  std::vector<double> scores;
  double violation = 0;
  std::optional<std::size_t> ranking;  ///< in Ledger::rankings(); nullopt: it does not rank
};

/// Whether a trial is on an island, after its hop-th move.
struct Membership {
  IslandId island{};
  std::int64_t hop = 0;
  bool present = true;

  friend bool operator==(const Membership&, const Membership&) = default;
};

/// An individual came to another island.
struct Arrival {
  Seconds at;
  IslandId from{};
  IslandId to{};
  bool copy = true;  ///< the original stayed in place

  friend bool operator==(const Arrival&, const Arrival&) = default;
};

/// Everything known of one trial.
struct LedgerTrial {
  std::int64_t number = 0;  ///< 1, 2, 3 ... as they became known
  TrialId id;
  IslandId island{};  ///< where it was bred
  Seconds bred_at;
  Genome genome;
  Lineage lineage;
  Fidelity fidelity;
  NameLists::List param_names = 0;
  std::vector<Value> param_values;
  std::vector<LedgerAttempt> attempts;  ///< by number
  MeasurementLog log;
  std::optional<Stopped> stop;    ///< the last verdict against it; an audited one stays
  std::optional<Result> result;   ///< the first to arrive
  std::vector<Membership> moves;  ///< one for each island it moved to or from
  std::vector<Arrival> arrivals;  ///< in the order in which they became known
  bool counted_parked = false;    ///< in TrialCounts
};

/// Whether its last attempt was parked, and no other has begun or ended it since.
bool is_parked(const LedgerTrial& trial);

struct TrialCounts {
  std::int64_t total = 0;  ///< bred
  std::int64_t finished = 0;
  std::int64_t stopped = 0;
  std::int64_t failed = 0;   ///< infeasible ones too
  std::int64_t running = 0;  ///< not ended yet
  std::int64_t parked = 0;   ///< of these
  std::int64_t lost = 0;     ///< attempts, not trials

  friend bool operator==(const TrialCounts&, const TrialCounts&) = default;
};

/// Steps of training, over all attempts.
struct EpochTotals {
  std::int64_t spent = 0;
  std::int64_t audit = 0;            ///< of these, after an audited stop
  std::optional<std::int64_t> full;  ///< had every started trial run to its end; nullopt: unknown

  /// 1 - (spent - audit) / full; nullopt where `full` is unknown or 0.
  std::optional<double> saved_fraction() const;
};

/// The state of a study: a fold over its events, one at a time. Facts are additive and may come
/// late, twice or before the trial they are about: the first result of a trial counts, every
/// attempt's use stays. Pure; the same events in the same order give the same ledger. Thread: loop.
class Ledger {
 public:
  explicit Ledger(LedgerOptions options);

  /// Takes one event in. Cost: about a microsecond; with several objectives also the front's size.
  void apply(const Event& event);

  const LedgerOptions& options() const { return options_; }

  /// By number - 1. References stay valid.
  const std::deque<LedgerTrial>& trials() const { return trials_; }

  /// nullptr where there is none.
  const LedgerTrial* find(std::int64_t number) const;
  const LedgerTrial* find(const TrialId& id) const;

  Params params(const LedgerTrial& trial) const;

  /// All measurements of all attempts, in the order of arrival.
  std::vector<Measurement> measurements(const LedgerTrial& trial) const;

  /// The island it was bred on and those it came to, less those it left. Whether a trial without
  /// scores lives anywhere is the island's business.
  std::vector<IslandId> islands(const LedgerTrial& trial) const;

  const TrialCounts& counts() const { return counts_; }
  EpochTotals epochs() const;
  std::int64_t migrations() const { return migrations_; }

  /// The score of a finished trial's configuration, with one objective: the mean where it was
  /// evaluated again because results are noisy; and how many results that is.
  double mean_score(const LedgerTrial& trial) const;
  std::int64_t evaluations(const LedgerTrial& trial) const;

  /// With several objectives: the point from which the front's hypervolume is measured, fixed by
  /// the first ten finished results (their worst in each objective and a tenth of their range), so
  /// that it is the same however often a study is read; empty before.
  std::vector<double> reference() const;

  /// What a trial's attempts used together, lost ones too; those that run are left out. nullopt:
  /// none has ended.
  static std::optional<Usage> used(const LedgerTrial& trial);

  /// What all attempts that ended or were lost used together.
  const UsageTotals& usage() const { return usage_; }

  /// Who proposed what, and what it brought.
  std::vector<OperatorRecord> operators() const { return operators_.records(); }

  /// Trials whose configuration had been bred before, on whichever rank.
  std::int64_t repeats() const { return repeats_; }

  /// What can be compared: results of one scope of energy. The best, the front and the reference
  /// are those of the leading ranking.
  const Rankings& rankings() const { return rankings_; }

  /// Whether a trial is one of those that the best and the front are taken from.
  bool ranks(const LedgerTrial& trial) const;

  /// Why a trial with scores that finished and meets every requirement is not ranked with the
  /// others, in one sentence; empty: it is, or it is none of these.
  std::string why_unranked(const LedgerTrial& trial) const;

  /// With its bounds, the scores of a trial; nullopt where they hold no energy, or there are none.
  std::optional<BoundedScores> bounded(const LedgerTrial& trial) const;

  /// The best trial that finished and meets every requirement: lowest scores, the first objective
  /// first; of equals the lowest number. nullptr before there is one.
  const LedgerTrial* best() const;

  /// The Pareto front of the trials that finished and meet every requirement.
  std::vector<Front::Point> front() const;

  /// The i-th score as the user counts it.
  double in_users_sign(std::size_t i, double score) const {
    return i < options_.maximized ? 0.0 - score : score;  // never -0
  }

  /// Every parameter and every metric ever seen, in the order of first appearance.
  const std::vector<std::string>& param_names() const { return params_.all(); }
  const std::vector<std::string>& metric_names() const { return metrics_.all(); }

 private:
  void breed(const Event& event, const Bred& bred);
  void take(LedgerTrial& trial, const Event& event, const Leased& leased);
  void take(LedgerTrial& trial, const Event& event, const Measured& measured);
  void take(LedgerTrial& trial, const Event& event, const Stopped& stopped);
  void take(LedgerTrial& trial, const Event& event, const Finished& finished);
  void take(LedgerTrial& trial, const Event& event, const Lost& lost);
  void take(LedgerTrial& trial, const Event& event, const Parked& parked);
  void take(LedgerTrial& trial, const Event& event, const Migrated& migrated);

  LedgerAttempt& attempt_of(LedgerTrial& trial, std::int32_t number);
  void recount(LedgerTrial& trial, LedgerAttempt& attempt);
  void count_parked(LedgerTrial& trial);
  void admit(LedgerTrial& trial);
  Usage scored_usage(const LedgerTrial& trial) const;
  const Ranking* leading() const;
  std::int64_t configuration_of(const LedgerTrial& trial) const;

  LedgerOptions options_;
  std::deque<LedgerTrial> trials_;
  absl::flat_hash_map<TrialId, std::int64_t> numbers_;
  absl::flat_hash_map<TrialId, std::vector<Event>> early_;  ///< about trials not yet known
  absl::flat_hash_set<std::uint64_t> configurations_;       ///< hashes of parameters
  NameLists params_;
  NameLists metrics_;
  MeasurementShapes shapes_;
  TrialCounts counts_;
  EpochTotals epochs_;
  UsageTotals usage_;
  bool length_known_ = true;
  std::int64_t migrations_ = 0;
  std::int64_t repeats_ = 0;
  Rankings rankings_;
  OperatorBook operators_;
};

}  // namespace evolt
