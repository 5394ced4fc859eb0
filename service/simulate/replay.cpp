#include "service/simulate/replay.hpp"

#include "islands/rank.hpp"
#include "propagator/latin_hypercube.hpp"
#include "service/search/plan.hpp"
#include "service/simulate/finishing.hpp"
#include "service/simulate/row_search.hpp"
#include "service/simulate/row_stock.hpp"
#include "workers/table/table_executor.hpp"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

namespace evolt {
namespace {

constexpr std::uint64_t kOpeningStream = 0x6f70656e;

/// Whether `a` and `b` are one configuration; tables round their numbers.
bool same_configuration(const Params& a, const Params& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    const auto* const left = std::get_if<double>(&x.second);
    const auto* const right = std::get_if<double>(&y.second);
    return x.first == y.first && (left != nullptr && right != nullptr
                                      ? std::abs(*left - *right) <= 1e-6 * std::abs(*right)
                                      : same_value(x.second, y.second));
  });
}

/// When a verdict was only tried out.
struct Audit {
  std::int32_t attempt = 1;
  std::int64_t step = 0;
};

class Replay final : public TrialObserver {
 public:
  Replay(const TableStudy& study, const TablePool& pool, const Contender& contender,
         const ReplayOptions& options)
      : study_(study),
        contender_(contender),
        options_(options),
        drawn_(study.target() ? study.table().drawn(options.seed, *study.target()) : nullptr),
        table_(drawn_ ? *drawn_ : study.table()),
        books_(study, table_, pool, options.startup),
        stock_(study.coordinates(), pool.rows),
        length_(contender.i_epoch ? std::min(contender.i_epoch->epochs, study.table().head().epochs)
                                  : study.table().head().epochs),
        executor_(table_, clock_,
                  {.slots = static_cast<std::size_t>(options.workers),
                   .startup = options.startup,
                   .epochs = length_},
                  [this](const Trial& trial) { return row_of(trial.id); }),
        rank_(make_orders(pool.rows.size()), study.encoding(), clock_) {}

  Account run() {
    rank_.begin();
    settle();
    while (executor_.advance()) {
    }
    if (length_ < study_.table().head().epochs) {
      finish_best(paused_, contender_.i_epoch->top, length_, options_, clock_.now(), table_,
                  books_);
    }
    return books_.account();
  }

  Verdict on_measurement(const TrialId& trial, std::int32_t attempt,
                         const Measurement& measurement) override {
    books_.epoch(open_.at(trial), measurement.step, audits_.contains(trial));
    Verdict verdict = rank_.on_measurement(trial, attempt, measurement);
    settle();
    return verdict;
  }

  void on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) override {
    const auto open = open_.find(trial);
    if (open != open_.end()) {
      settle_accounts(trial, attempt, open->second, outcome);
      open_.erase(open);
    }
    rank_.on_outcome(trial, attempt, outcome);
    settle();
  }

  void on_lost(const TrialId&, std::int32_t, std::string_view, const Usage&) override {}

 private:
  RankPlan make_orders(std::size_t rows) {
    Study own = contender_.study(study_.study());
    own.seed = options_.seed;
    own.budget.trials = std::min(options_.trials, static_cast<std::int64_t>(rows));
    RankPlan plan = make_plan(own, study_.encoding(),
                              Berth{.slots = options_.workers, .unmeasured = study_.unmeasured()});
    plan.give_up_after = 0;
    if (contender_.search == "random") {
      plan.propagators.assign(plan.propagators.size(), RowsInOrder(stock_));
      plan.sampled = 0;
      plan.start.clear();
    } else if (options_.lookup == Lookup::nearest) {
      give_rows(plan);
    }
    return plan;
  }

  /// All that is proposed becomes a row, the opening moves too.
  void give_rows(RankPlan& plan) {
    Rng rng{options_.seed, kOpeningStream};
    std::vector<Offspring> given;
    for (const Params& start : std::exchange(plan.start, {})) {
      given.push_back({.genome = study_.encoding().encode(start),
                       .lineage = {.propagator = "start", .parents = {}}});
    }
    const auto sampled = static_cast<std::size_t>(std::exchange(plan.sampled, 0));
    for (Propagator& propagator : plan.propagators) {
      std::vector<Offspring> opening = std::exchange(given, {});
      for (Genome& genome : latin_hypercube(study_.encoding(), sampled, rng)) {
        opening.push_back(
            {.genome = std::move(genome), .lineage = {.propagator = "sample", .parents = {}}});
      }
      propagator = NearestRow(std::move(propagator), stock_, std::move(opening));
    }
  }

  /// Of an attempt that runs.
  std::optional<std::size_t> row_of(const TrialId& trial) const {
    const auto open = open_.find(trial);
    return open == open_.end() ? std::nullopt : std::optional<std::size_t>(open->second);
  }

  std::optional<std::uint32_t> find_row(const Trial& trial) const {
    const std::uint32_t row = stock_.nearest(trial.genome);
    if (options_.lookup == Lookup::exact && contender_.search != "random" &&
        !same_configuration(trial.params, study_.table().params(row))) {
      return std::nullopt;
    }
    return row;
  }

  void settle() {
    for (auto actions = rank_.take_actions(); !actions.empty(); actions = rank_.take_actions()) {
      for (const Action& action : actions) {
        if (const auto* const record = std::get_if<RecordEvent>(&action)) {
          note(record->event);
        } else if (const auto* const start = std::get_if<StartAttempt>(&action)) {
          begin(*start);
        } else if (const auto* const stop = std::get_if<StopAttempt>(&action)) {
          executor_.stop(stop->trial, stop->reason,
                         stop->resumes ? StopFor::resume : StopFor::good);
        }
      }
    }
  }

  void note(const Event& event) {
    const auto* const stopped = std::get_if<Stopped>(&event.what);
    if (stopped != nullptr && stopped->audited) {
      audits_.emplace(stopped->trial, Audit{stopped->attempt, stopped->step});
    }
  }

  void begin(const StartAttempt& start) {
    if (const auto row = find_row(start.trial)) {
      open_[start.trial.id] = *row;
      if (start.attempt.number == 1) {
        books_.start(*row);
      }
    }
    const absl::Status started = executor_.start(start.trial, start.attempt, *this);
    assert(started.ok());
    static_cast<void>(started);
  }

  /// Whether that was its last attempt: there is nothing beyond the target.
  bool came_to_target(std::uint32_t row, const Outcome& outcome) const {
    if (!study_.target() || outcome.steps < 1) {
      return false;
    }
    const double score = table_.at(row, outcome.steps).score;
    return table_.head().maximized ? score >= *study_.target() : score <= *study_.target();
  }

  void settle_accounts(const TrialId& trial, std::int32_t attempt, std::uint32_t row,
                       const Outcome& outcome) {
    const Usage& used = outcome.usage;
    const Joules joules = used.energy ? used.energy->joules : Joules{};
    books_.pay(used.wall, joules);
    const auto audit = audits_.find(trial);
    if (audit != audits_.end() && attempt > audit->second.attempt) {
      books_.pay_audit(used.wall, joules);  // it ran again, from scratch
    } else if (audit != audits_.end() && outcome.steps > 0) {
      const TableEpoch from = table_.at(row, audit->second.step);
      const TableEpoch to = table_.at(row, outcome.steps);
      books_.pay_audit(to.seconds - from.seconds, to.joules - from.joules);
    } else if (came_to_target(row, outcome)) {
      books_.finish(row, clock_.now());
    } else if (!study_.target() && outcome.steps == length_ && outcome.ending == Ending::finished) {
      const TableEpoch last = table_.at(row, length_);
      if (length_ == table_.head().epochs) {
        books_.finish(row, clock_.now());
      } else {
        paused_.push_back({row, table_.head().maximized ? -last.score : last.score});
      }
    }
  }

  const TableStudy& study_;
  const Contender& contender_;
  const ReplayOptions& options_;
  std::unique_ptr<Table> drawn_;  ///< where the study's table has several trainings of a row
  const Table& table_;
  ManualClock clock_;
  Bookkeeper books_;
  RowStock stock_;
  std::int64_t length_;  ///< epochs of a trial, as the rank knows them
  TableExecutor executor_;
  Rank rank_;
  absl::flat_hash_map<TrialId, std::uint32_t> open_;  ///< rows of the attempts that run
  absl::flat_hash_map<TrialId, Audit> audits_;        ///< trials that only run on for the audit
  std::vector<Paused> paused_;
};

}  // namespace

Account replay(const TableStudy& study, const TablePool& pool, const Contender& contender,
               const ReplayOptions& options) {
  return Replay(study, pool, contender, options).run();
}

}  // namespace evolt
