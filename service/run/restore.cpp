#include "service/run/restore.hpp"

#include "core/usage_sum.hpp"
#include "islands/replicates.hpp"

#include <algorithm>
#include <map>
#include <ranges>
#include <utility>

namespace evolt {
namespace {

Individual individual_of(const LedgerTrial& trial) {
  Individual individual{.id = trial.id, .genome = trial.genome, .lineage = trial.lineage};
  if (trial.result) {
    individual.scores = trial.result->scores;
    individual.violation = trial.result->violation;
    individual.standing =
        trial.result->outcome.ending == Ending::stopped ? Standing::stopped : Standing::finished;
  }
  return individual;
}

/// The last attempt that was parked or came to its goal.
std::optional<Usage> used_by_last(const LedgerTrial& trial) {
  for (const LedgerAttempt& attempt : std::views::reverse(trial.attempts)) {
    if (attempt.state == LedgerAttempt::State::parked ||
        attempt.state == LedgerAttempt::State::reached) {
      return attempt.usage;
    }
  }
  return std::nullopt;
}

class Restorer {
 public:
  Restorer(const Ledger& ledger, const Layout& layout, const RestoreOptions& options)
      : ledger_(ledger), layout_(layout), options_(options) {}

  std::vector<Memory> run() {
    for (const LedgerTrial& trial : ledger_.trials()) {
      tell_curve(trial);
      if (trial.lineage.propagator == "start") {
        // Whoever's share it is now: the user's points are proposed once.
        tell_all(Admitted{here(trial.island), Individual{.id = trial.id, .genome = trial.genome}});
      }
      if (trial.result) {
        tell_individual(trial);
      } else {
        deal_out(trial);
      }
    }
    return std::move(memories_);
  }

 private:
  struct Place {
    std::int64_t hop = 0;
    bool present = false;
  };

  IslandId here(IslandId then) const { return IslandId{index(then) % layout_.islands()}; }

  void tell_island(IslandId island, const Message& message) {
    for (const RankId rank : layout_.ranks_of(island)) {
      memories_.push_back({rank, message});
    }
  }

  /// To the ranks without this island, which learn from its results; those with it are told moves.
  void tell_elsewhere(IslandId island, const Individual& individual) {
    for (const RankId rank : layout_.breeders()) {
      if (!layout_.hosts(rank, island)) {
        memories_.push_back({rank, Admitted{island, individual}});
      }
    }
  }

  void tell_all(const Message& message) {
    for (const RankId rank : layout_.breeders()) {
      memories_.push_back({rank, message});
    }
  }

  void tell_individual(const LedgerTrial& trial) {
    const Individual individual = individual_of(trial);
    if (individual.scores.empty() || Replicates::root_of(individual)) {
      tell_island(here(trial.island), Admitted{here(trial.island), individual});
      return;
    }
    std::map<IslandId, Place> places;
    const auto note = [&](IslandId island, std::int64_t hop, bool present) {
      Place& place = places[here(island)];
      place.hop = std::max(place.hop, hop);
      place.present = place.present || present;
    };
    bool moved_from_birthplace = false;
    for (const Membership& move : trial.moves) {
      note(move.island, move.hop, move.present);
      moved_from_birthplace = moved_from_birthplace || move.island == trial.island;
    }
    if (!moved_from_birthplace) {
      note(trial.island, 0, true);
    }
    if (options_.learns_from_all) {
      tell_elsewhere(here(trial.island), individual);
    }
    for (const auto& [island, place] : places) {
      tell_island(island, Moved{.island = island,
                                .individual = individual,
                                .hop = place.hop,
                                .present = place.present,
                                .owner = layout_.owner(island, trial.id)});
    }
  }

  /// By the attempts that this one goes on from.
  std::optional<Usage> used_before(const LedgerTrial& trial, std::int32_t attempt) const {
    std::optional<Usage> used;
    for (const LedgerAttempt& each : trial.attempts) {
      if (options_.continues && each.number < attempt) {
        used = used ? sum(*used, each.usage) : each.usage;
      }
    }
    return used;
  }

  void tell_curve(const LedgerTrial& trial) {
    bool any = false;
    std::int64_t last = 0;
    std::int32_t attempt = 0;
    CostForecast costs;
    const std::vector<Measurement> measurements = ledger_.measurements(trial);
    for (std::size_t i = 0; i < measurements.size(); ++i) {
      if (const std::int32_t now = trial.log.rows[i].attempt; now != attempt) {
        attempt = now;
        costs = CostForecast(used_before(trial, attempt));
      }
      const auto point = options_.outlook.point(measurements[i], costs);
      if (trial.stop && trial.stop->audited && measurements[i].step > trial.stop->step) {
        break;  // seen by an audit alone
      }
      if (point && (!any || measurements[i].step > last)) {
        any = true;
        last = measurements[i].step;
        tell_all(Progress{trial.id, *point});
      }
    }
    if (any && trial.result) {
      tell_all(CurveEnded{trial.id, trial.result->outcome.ending});
    }
  }

  void deal_out(const LedgerTrial& trial) {
    const std::int32_t last = trial.attempts.empty() ? 0 : trial.attempts.back().number;
    Retry retry{.trial = Trial{.id = trial.id,
                               .island = here(trial.island),
                               .genome = trial.genome,
                               .params = ledger_.params(trial),
                               .lineage = trial.lineage,
                               .fidelity = trial.fidelity},
                .attempt = last + 1,
                .checkpoint = {},  // the executor finds what its last attempt left
                .known = {}};
    if (is_parked(trial) && trial.stop && !trial.stop->audited) {
      retry.parked = Verdict{.decision = Verdict::Decision::park,
                             .reason = trial.stop->reason,
                             .forecast = trial.stop->forecast,
                             .spread = trial.stop->spread};
    }
    for (const Measurement& measurement : ledger_.measurements(trial)) {
      overwrite(retry.known, measurement.metrics);
      retry.steps = std::max(retry.steps, measurement.step);
    }
    retry.used = options_.continues ? Ledger::used(trial) : used_by_last(trial);
    for (const LedgerAttempt& attempt : trial.attempts) {
      retry.longest_cut = std::max(retry.longest_cut, attempt.usage.wall);
    }
    if (last > 0 && trial.attempts.back().state == LedgerAttempt::State::lost) {
      retry.goal = trial.attempts.back().goal;
    }
    retry.audited = trial.stop && trial.stop->audited;
    const auto& hosts = layout_.ranks_of(retry.trial.island);
    memories_.push_back({hosts[next_++ % hosts.size()], std::move(retry)});
  }

  const Ledger& ledger_;
  const Layout& layout_;
  const RestoreOptions& options_;
  std::vector<Memory> memories_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<Memory> restore(const Ledger& ledger, const Layout& layout,
                            const RestoreOptions& options) {
  return Restorer(ledger, layout, options).run();
}

KnownTimes trial_times(const Ledger& ledger) {
  constexpr std::size_t kEnough = 100;
  KnownTimes times;
  for (const LedgerTrial& trial : std::views::reverse(ledger.trials())) {
    for (const LedgerAttempt& attempt : trial.attempts) {
      if (attempt.state == LedgerAttempt::State::lost) {
        times.longest_cut = std::max(times.longest_cut, attempt.usage.wall);
      }
    }
    if (trial.result && trial.result->outcome.ending == Ending::finished &&
        times.ended.size() < kEnough) {
      times.ended.push_back(trial.result->outcome.usage.wall);
    }
  }
  std::reverse(times.ended.begin(), times.ended.end());
  return times;
}

Usage known_usage(const Ledger& ledger, const LedgerTrial& trial, std::int32_t attempt) {
  Usage usage;
  for (const LedgerAttempt& each : trial.attempts) {
    if (each.number == attempt) {
      usage.energy = each.reading;
    }
  }
  const std::vector<Measurement> all = ledger.measurements(trial);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (trial.log.rows[i].attempt == attempt) {
      usage.startup = std::min(usage.startup.value_or(all[i].elapsed), all[i].elapsed);
      usage.wall = std::max(usage.wall, all[i].elapsed);
    }
  }
  return usage;
}

std::vector<Event> losses(const Ledger& ledger, Seconds now) {
  std::vector<Event> events;
  for (const LedgerTrial& trial : ledger.trials()) {
    for (const LedgerAttempt& attempt : trial.attempts) {
      if (!trial.result && attempt.state == LedgerAttempt::State::running) {
        Event& event = events.emplace_back();
        event.at = now;
        event.what = Lost{.trial = trial.id,
                          .attempt = attempt.number,
                          .reason = "the study's process ended before it did",
                          .usage = known_usage(ledger, trial, attempt.number)};
      }
    }
  }
  return events;
}

}  // namespace evolt
