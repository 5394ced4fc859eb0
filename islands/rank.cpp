#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace evolt {
namespace {

Rng island_rng(const RankPlan& plan, IslandId island) {
  return Rng{plan.seed, plan.incarnation, static_cast<std::uint64_t>(index(plan.self)),
             static_cast<std::uint64_t>(index(island)) + 1};
}

/// Points go round the ranks, and round the islands of each, so that each is proposed once in the
/// whole study, before anything else.
std::vector<Params> share_of(const std::vector<Params>& points, const RankPlan& plan,
                             const std::vector<RankId>& breeders, std::size_t island,
                             std::size_t islands) {
  const std::size_t ranks = breeders.size();
  const auto self = std::find(breeders.begin(), breeders.end(), plan.self) - breeders.begin();
  std::vector<Params> share;
  for (auto i = static_cast<std::size_t>(self); i < points.size(); i += ranks) {
    if (i / ranks % islands == island) {
      share.push_back(points[i]);
    }
  }
  return share;
}

}  // namespace

Rank::Rank(RankPlan plan, const Encoding& encoding, const Clock& clock)
    : plan_(std::move(plan)),
      encoding_(encoding),
      clock_(clock),
      layout_(plan_.layout),
      rng_{plan_.seed, plan_.incarnation, static_cast<std::uint64_t>(index(plan_.self)), 0},
      wards_(plan_.continues),
      times_(plan_.times),
      ever_reported_(plan_.proven),
      watch_(plan_.give_up_after) {
  if (plan_.self == kRecorder) {
    bank_.emplace(plan_.credits, layout_.ranks());
    unfinished_ = plan_.unfinished;
    energy_ = std::move(plan_.energy);
    if (energy_) {
      energy_->begin_start();
    }
  }
  if (plan_.learns_from_all && !layout_.islands_of(plan_.self).empty()) {
    knowledge_.emplace(static_cast<std::size_t>(plan_.population));
  }
  turns_ = layout_.turns_of(plan_.self);
  const auto& mine = layout_.islands_of(plan_.self);
  assert(plan_.propagators.size() == mine.size());
  for (const IslandId id : mine) {
    const auto hosts = static_cast<std::int32_t>(layout_.ranks_of(id).size());
    islands_.emplace_back(
        id,
        IslandOptions{.capacity = static_cast<std::size_t>(plan_.population),
                      .migration = plan_.migration,
                      .noise = plan_.noise},
        plan_.topology.links(id, layout_.islands()), encoding_, plan_.propagators[islands_.size()],
        OpeningMoves{
            .start = share_of(plan_.start, plan_, layout_.breeders(), islands_.size(), mine.size()),
            .prior = share_of(plan_.prior, plan_, layout_.breeders(), islands_.size(), mine.size()),
            .sampled = static_cast<std::size_t>((plan_.sampled + hosts - 1) / hosts)},
        island_rng(plan_, id));
  }
  add_slots(plan_.slots);
  follow_energy();
}

Rank::~Rank() = default;

void Rank::begin() {
  begun_ = true;
  fill_slots();
  end_when_complete();
}

void Rank::add_slots(std::int32_t slots) {
  for (std::int32_t i = 0; i < slots; ++i) {
    free_.insert(free_.begin(), next_slot_++);
  }
  slots_ += slots;
  fill_slots();
}

std::vector<Action> Rank::take_actions() {
  return std::exchange(actions_, {});
}

Island* Rank::find_island(IslandId id) {
  const auto at = std::find_if(islands_.begin(), islands_.end(),
                               [&](const Island& island) { return island.id() == id; });
  return at == islands_.end() ? nullptr : &*at;
}

// Breeding ----------------------------------------------------------------------------------------

void Rank::fill_slots() {
  if (!begun_ || paused_) {
    return;
  }
  follow_energy();
  if (benched_) {
    stand_down();
  }
  parked_too_late_ = false;
  while (!free_.empty() && !halted_ && !benched_) {
    if (!start_retry() && !start_parked(true) && !start_new() &&
        !(ending_parked_ && start_parked(false))) {
      break;
    }
  }
  if (ending_parked_ && !halted_ && open_.empty() && !parked_too_late_) {
    end_parked();
    while (!free_.empty() && !benched_ && start_retry()) {
    }
  }
  ask_for_credits();
  rest_when_idle();
}

bool Rank::start_new() {
  if (used_up_ || !ends_in_time() || !purse_.spend()) {
    return false;
  }
  Island& island = islands_[turns_[next_turn_++ % turns_.size()]];
  if (!has_plugin(island.id())) {
    return start(island, island.breed(seen_, known()));
  }
  if (auto offspring = island.begin_breeding(seen_)) {
    return start(island, std::move(offspring));
  }
  ask_plugin(island.id());
  return true;
}

/// Uses a credit that was taken from the purse, and a free slot.
bool Rank::start(const Island& island, std::optional<Offspring> offspring, std::int64_t ask) {
  if (!offspring) {
    const bool known = std::exchange(used_up_, true);
    purse_.receive(1);
    return_credits();
    if (!known) {
      halt(EndReason::exhausted, "every configuration of the space has been proposed");
    }
    return false;
  }
  Trial trial{
      .id = TrialId{plan_.incarnation, static_cast<std::uint32_t>(index(plan_.self)), ++counter_},
      .island = island.id(),
      .genome = std::move(offspring->genome),
      .params = {},
      .lineage = std::move(offspring->lineage),
      .fidelity = plan_.fidelity};
  trial.params = encoding_.decode(trial.genome);
  record(Bred{trial});
  lease(Retry{.trial = std::move(trial), .attempt = 1, .checkpoint = {}, .known = {}}, ask);
  return true;
}

void Rank::lease(Retry retry, std::int64_t ask) {
  Trial& trial = retry.trial;
  const TrialId id = trial.id;
  seen_.insert(encoding_.key(trial.genome));
  if (Island* const island = find_island(trial.island)) {
    island->expect(trial);
  }
  Attempt attempt{.trial = id,
                  .number = retry.attempt,
                  .rank = plan_.self,
                  .slot = free_.back(),
                  .worker = {},
                  .checkpoint = retry.checkpoint,
                  .goal = next_goal(retry),
                  .inherits_from = benefactor(retry)};
  free_.pop_back();
  record(Leased{attempt});
  actions_.emplace_back(StartAttempt{trial, attempt});
  if (find_island(trial.island) != nullptr && has_plugin(trial.island)) {
    actions_.emplace_back(TellStarted{trial.island, trial, ask});
  }
  const CostForecast costs(plan_.continues ? retry.used : std::nullopt);
  open_.emplace(id, Open{.trial = std::move(trial),
                         .attempt = std::move(attempt),
                         .losses = retry.losses,
                         .audited = retry.audited,
                         .known = std::move(retry.known),
                         .steps = retry.steps,
                         .used = std::move(retry.used),
                         .longest_cut = retry.longest_cut,
                         .costs = costs});
}

// Attempts ----------------------------------------------------------------------------------------

Rank::Open* Rank::find_open(const TrialId& trial, std::int32_t attempt) {
  const auto at = open_.find(trial);
  return at == open_.end() || at->second.attempt.number != attempt ? nullptr : &at->second;
}

Rank::Open Rank::close(const TrialId& trial) {
  Open closed = std::move(open_.extract(trial).mapped());
  if (plan_.slots_return) {
    free_.push_back(closed.attempt.slot);
  } else {
    --slots_;
  }
  if (Island* const island = find_island(closed.trial.island)) {
    island->resolve(closed.trial);
  }
  return closed;
}

void Rank::on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) {
  Open* const open = find_open(trial, attempt);
  if (open == nullptr) {
    return;
  }
  const bool well = outcome.ending == Ending::finished || outcome.ending == Ending::stopped;
  if (!open->over_limit.empty() && outcome.ending == Ending::stopped) {
    Outcome failed = outcome;
    failed.ending = Ending::failed;
    failed.failure = Failure::joules;
    failed.reason = open->over_limit;
    finish(close(trial), std::move(failed));
    fill_slots();
    end_when_complete();
    return;
  }
  if (open->at_target && well) {
    Outcome there = outcome;
    there.ending = Ending::finished;
    overwrite(there.metrics, *open->at_target);  // whatever it said while it ended
    finish(close(trial), std::move(there));
    fill_slots();
    end_when_complete();
    return;
  }
  if (plan_.rerun && outcome.ending == Ending::finished) {
    tell_at_goal(*open, outcome);
    if (came_to_goal(*open, outcome)) {
      end_at_goal(*open, outcome);
      fill_slots();
      end_when_complete();
      return;
    }
  }
  if (open->parking && outcome.ending == Ending::stopped) {
    park(close(trial), outcome);
    fill_slots();
    end_when_complete();
    return;
  }
  if (open->halting && outcome.ending == Ending::stopped) {
    record(Lost{trial, attempt, "the run ended before it did", outcome.usage});
    close(trial);
    return;
  }
  finish(close(trial), outcome);
  fill_slots();
  end_when_complete();
}

void Rank::retry(Open lost) {
  if (!halted_) {
    retries_.push_back(Retry{.trial = std::move(lost.trial),
                             .attempt = lost.attempt.number + 1,
                             .checkpoint = {},
                             .known = std::move(lost.known),
                             .steps = lost.steps,
                             .used = std::move(lost.used),
                             .longest_cut = lost.longest_cut,
                             .losses = lost.losses,
                             .parked = {},
                             .goal = lost.attempt.goal,
                             .audited = lost.audited});
  }
}

void Rank::on_not_started(const TrialId& trial, std::int32_t attempt, std::string_view reason) {
  if (find_open(trial, attempt) == nullptr) {
    return;
  }
  Open lost = close(trial);
  record(Lost{trial, attempt, std::string(reason), {}});
  retry(std::move(lost));
  fill_slots();
}

void Rank::on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
                   const Usage& usage) {
  Open* const open = find_open(trial, attempt);
  if (open == nullptr) {
    return;
  }
  Open lost = close(trial);
  record(Lost{trial, attempt, std::string(reason), usage});
  if (plan_.continues) {
    lost.used = used_after(lost, usage);
  }
  lost.longest_cut = std::max(lost.longest_cut, usage.wall);
  times_.cut(usage.wall);
  if (++lost.losses >= plan_.attempts) {
    finish(lost, Outcome{.ending = Ending::failed,
                         .failure = Failure::attempts,
                         .reason = absl::StrCat("lost ", lost.losses,
                                                " times, last: ", std::string(reason)),
                         .usage = usage});
  } else {
    retry(std::move(lost));
  }
  fill_slots();
  end_when_complete();
}

}  // namespace evolt
