#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace evolt {
namespace {

constexpr RankId kRecorder{0};

Rng island_rng(const RankPlan& plan, IslandId island) {
  return Rng{plan.seed, plan.incarnation, static_cast<std::uint64_t>(index(plan.self)),
             static_cast<std::uint64_t>(index(island)) + 1};
}

/// The user's points go round the ranks, so that each is proposed once in the whole study.
std::vector<Params> share_of_start(const RankPlan& plan, bool first_island) {
  std::vector<Params> share;
  if (first_island) {
    for (std::size_t i = static_cast<std::size_t>(index(plan.self)); i < plan.start.size();
         i += static_cast<std::size_t>(plan.ranks)) {
      share.push_back(plan.start[i]);
    }
  }
  return share;
}

}  // namespace

Rank::Rank(RankPlan plan, const Encoding& encoding, const Clock& clock)
    : plan_(std::move(plan)),
      encoding_(encoding),
      clock_(clock),
      layout_(plan_.ranks, plan_.islands),
      rng_{plan_.seed, plan_.incarnation, static_cast<std::uint64_t>(index(plan_.self)), 0} {
  if (plan_.self == kRecorder) {
    bank_.emplace(plan_.credits, plan_.ranks);
    unfinished_ = plan_.unfinished;
  }
  for (const IslandId id : layout_.islands_of(plan_.self)) {
    const auto hosts = static_cast<std::int32_t>(layout_.ranks_of(id).size());
    islands_.emplace_back(
        id, static_cast<std::size_t>(plan_.population), plan_.migration,
        plan_.topology.links(id, plan_.islands), encoding_,
        plan_.propagators[static_cast<std::size_t>(index(id))],
        OpeningMoves{.start = share_of_start(plan_, islands_.empty()),
                     .sampled = static_cast<std::size_t>((plan_.sampled + hosts - 1) / hosts)},
        island_rng(plan_, id));
  }
  add_slots(plan_.slots);
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
  while (!free_.empty() && !halted_) {
    if (!start_retry() && !start_new()) {
      break;
    }
  }
  ask_for_credits();
}

bool Rank::start_retry() {
  if (retries_.empty()) {
    return false;
  }
  Again again = std::move(retries_.front());
  retries_.pop_front();
  lease(std::move(again.retry.trial), again.retry.attempt, again.first,
        std::move(again.retry.checkpoint));
  return true;
}

bool Rank::start_new() {
  if (used_up_ || !purse_.spend()) {
    return false;
  }
  Island& island = islands_[next_island_++ % islands_.size()];
  std::optional<Offspring> offspring = island.breed(seen_);
  if (!offspring) {
    used_up_ = true;
    purse_.receive(1);
    return_credits();
    halt(EndReason::exhausted, "every configuration of the space has been proposed");
    return false;
  }
  Trial trial{
      .id = TrialId{plan_.incarnation, static_cast<std::uint32_t>(index(plan_.self)), ++counter_},
      .island = island.id(),
      .genome = std::move(offspring->genome),
      .params = {},
      .lineage = std::move(offspring->lineage),
      .fidelity = plan_.fidelity,
      .checkpoint = {}};
  trial.params = encoding_.decode(trial.genome);
  record(Bred{trial});
  lease(std::move(trial), 1, 1, {});
  return true;
}

void Rank::lease(Trial trial, std::int32_t number, std::int32_t first, std::string checkpoint) {
  const TrialId id = trial.id;
  seen_.insert(encoding_.key(trial.genome));
  if (Island* const island = find_island(trial.island)) {
    island->expect(id, trial.genome);
  }
  Attempt attempt{.trial = id,
                  .number = number,
                  .rank = plan_.self,
                  .slot = free_.back(),
                  .worker = {},
                  .checkpoint = std::move(checkpoint)};
  free_.pop_back();
  record(Leased{attempt});
  actions_.emplace_back(StartAttempt{trial, attempt});
  open_.emplace(id, Open{.trial = std::move(trial), .attempt = std::move(attempt), .first = first});
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
    island->resolve(trial);
  }
  return closed;
}

Verdict Rank::on_measurement(const TrialId& trial, std::int32_t attempt,
                             const Measurement& measurement) {
  Open* const open = find_open(trial, attempt);
  if (open == nullptr) {
    return {};
  }
  ever_reported_ = true;
  record(Measured{trial, attempt, measurement});
  const auto value = find(measurement.metrics, plan_.judged);
  if (plan_.judged.empty() || !value) {
    return {};
  }
  const Curve* const before = history_.curve(trial);
  const bool fresh =
      before == nullptr || before->points.empty() || before->points.back().step < measurement.step;
  const CurvePoint point{measurement.step, plan_.judged_maximized ? -*value : *value};
  if (!fresh) {
    return {};
  }
  history_.add(trial, point);
  tell_all(Progress{trial, point});
  const bool last = plan_.fidelity.steps > 0 && measurement.step >= plan_.fidelity.steps;
  if (open->stopping || open->halting || open->audited || last) {
    return {};
  }
  Verdict verdict = plan_.estimator.judge(*history_.curve(trial), history_);
  if (verdict.forecast && plan_.judged_maximized) {
    verdict.forecast = -*verdict.forecast;
  }
  if (verdict.stops()) {
    open->audited = plan_.audit > 0 && rng_.chance(plan_.audit);
    open->stopping = !open->audited;
    record(Stopped{.trial = trial,
                   .attempt = attempt,
                   .step = measurement.step,
                   .reason = verdict.reason,
                   .forecast = verdict.forecast,
                   .audited = open->audited});
    if (open->audited) {
      return {};
    }
  }
  return verdict;
}

void Rank::on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) {
  Open* const open = find_open(trial, attempt);
  if (open == nullptr) {
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

void Rank::finish(const Open& open, Outcome outcome) {
  Individual individual{
      .id = open.trial.id,
      .genome = open.trial.genome,
      .scores = {},
      .violation = 0,
      .standing = outcome.ending == Ending::stopped ? Standing::stopped : Standing::finished,
      .lineage = open.trial.lineage};
  if (outcome.ending == Ending::finished || outcome.ending == Ending::stopped) {
    auto scores = plan_.objective.score(outcome.metrics, outcome.usage);
    if (scores.ok()) {
      individual.scores = std::move(scores->values);
      individual.violation = scores->violation;
    } else if (outcome.ending == Ending::finished) {
      outcome.ending = Ending::failed;
      outcome.failure =
          absl::IsNotFound(scores.status()) ? Failure::no_result : Failure::not_finite;
      outcome.reason = std::string(scores.status().message());
    }
  }
  history_.end(open.trial.id, outcome.ending);
  if (const Curve* const curve = history_.curve(open.trial.id)) {
    plan_.estimator.observe(*curve, outcome.ending);
    tell_all(CurveEnded{open.trial.id, outcome.ending});
  }
  record(Finished{.trial = open.trial.id,
                  .attempt = open.attempt.number,
                  .outcome = outcome,
                  .scores = individual.scores,
                  .violation = individual.violation});
  tell_island(open.trial.island, Admitted{open.trial.island, individual});
  if (Island* const island = find_island(open.trial.island);
      island != nullptr && !individual.scores.empty()) {
    island->admit(individual, plan_.self);
    migrate(*island);
  }
  watch_for_a_broken_command(outcome);
}

void Rank::watch_for_a_broken_command(const Outcome& outcome) {
  const bool silent = outcome.ending == Ending::failed && outcome.metrics.empty();
  ever_reported_ = ever_reported_ || !silent;
  if (plan_.give_up_after == 0 || ever_reported_ || ++silent_failures_ < plan_.give_up_after) {
    return;
  }
  std::string text = absl::StrCat("the first ", plan_.give_up_after,
                                  " trials failed without a single report: ", outcome.reason);
  if (!outcome.last_lines.empty()) {
    absl::StrAppend(&text, "; last line: ", outcome.last_lines.back());
  }
  halt(EndReason::failed, std::move(text));
}

void Rank::on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
                   const Usage& usage) {
  Open* const open = find_open(trial, attempt);
  if (open == nullptr) {
    return;
  }
  Open lost = close(trial);
  record(Lost{trial, attempt, std::string(reason), usage});
  const std::int32_t losses = attempt - lost.first + 1;
  if (losses >= plan_.attempts) {
    finish(lost,
           Outcome{.ending = Ending::failed,
                   .failure = Failure::attempts,
                   .reason = absl::StrCat("lost ", losses, " times, last: ", std::string(reason))});
  } else if (!halted_) {
    retries_.push_back(Again{Retry{std::move(lost.trial), attempt + 1, {}}, lost.first});
  }
  fill_slots();
  end_when_complete();
}

// Migration ---------------------------------------------------------------------------------------

void Rank::migrate(Island& island) {
  for (const Departure& departure : island.count_result(plan_.self)) {
    move(departure, island.id());
  }
}

void Rank::move(const Departure& departure, IslandId from) {
  const TrialId& id = departure.individual.id;
  record(Migrated{id, from, departure.to, departure.hop, departure.copy});
  if (!departure.copy) {
    const Moved left{from, departure.individual, departure.hop, false, plan_.self};
    find_island(from)->apply(left);
    tell_island(from, left);
  }
  const Moved came{departure.to, departure.individual, departure.hop, true,
                   layout_.owner(departure.to, id)};
  if (Island* const here = find_island(departure.to)) {
    here->apply(came);
  }
  tell_island(departure.to, came);
}

void Rank::tell_island(IslandId island, const Message& message) {
  for (const RankId rank : layout_.ranks_of(island)) {
    if (rank != plan_.self) {
      send(rank, message);
    }
  }
}

void Rank::tell_all(const Message& message) {
  for (std::int32_t rank = 0; rank < plan_.ranks; ++rank) {
    if (RankId{rank} != plan_.self) {
      send(RankId{rank}, message);
    }
  }
}

void Rank::send(RankId to, Message message) {
  actions_.emplace_back(SendMessage{to, std::move(message)});
}

// The record --------------------------------------------------------------------------------------

void Rank::record(std::variant<Bred, Leased, Measured, Stopped, Finished, Lost, Migrated> what) {
  Event event{clock_.wall(), std::move(what)};
  if (plan_.self == kRecorder) {
    note(event);
    actions_.emplace_back(RecordEvent{std::move(event)});
  } else {
    send(kRecorder, Recorded{std::move(event)});
  }
}

void Rank::note(const Event& event) {
  if (std::holds_alternative<Bred>(event.what)) {
    bank_->spend();
    ++unfinished_;
  } else if (std::holds_alternative<Finished>(event.what)) {
    --unfinished_;
  }
}

// Messages ----------------------------------------------------------------------------------------

struct Rank::MessageHandler {
  Rank& rank;
  RankId from;

  void operator()(const Welcome&) const { assert(false && "handled before a Rank exists"); }
  void operator()(const Farewell&) const { assert(false && "handled by the mailbox"); }
  void operator()(const Retry& retry) const {
    rank.seen_.insert(rank.encoding_.key(retry.trial.genome));
    rank.retries_.push_back(Again{retry, retry.attempt});
    rank.fill_slots();
  }
  void operator()(const Admitted& admitted) const {
    rank.seen_.insert(rank.encoding_.key(admitted.individual.genome));
    Island* const island = rank.find_island(admitted.island);
    if (island != nullptr && !admitted.individual.scores.empty()) {
      island->admit(admitted.individual, from);
    }
  }
  void operator()(const Moved& moved) const {
    rank.seen_.insert(rank.encoding_.key(moved.individual.genome));
    if (Island* const island = rank.find_island(moved.island)) {
      island->apply(moved);
    }
  }
  void operator()(const Progress& progress) const {
    rank.history_.add(progress.trial, progress.point);
  }
  void operator()(const CurveEnded& ended) const {
    rank.history_.end(ended.trial, ended.ending);
    if (const Curve* const curve = rank.history_.curve(ended.trial)) {
      rank.plan_.estimator.observe(*curve, ended.ending);
    }
  }
  void operator()(const Recorded& recorded) const {
    rank.note(recorded.event);
    rank.actions_.emplace_back(RecordEvent{recorded.event});
    rank.end_when_complete();
  }
  void operator()(const CreditAsk& ask) const {
    rank.on_credit_answer(rank.bank_->ask(from, ask.wanted));
  }
  void operator()(const CreditReturn& returned) const {
    rank.on_credit_answer(rank.bank_->give_back(returned.credits));
    rank.end_when_complete();
  }
  void operator()(const CreditGrant& grant) const {
    rank.purse_.receive(grant.credits);
    rank.used_up_ || rank.halted_ ? rank.return_credits() : rank.fill_slots();
  }
  void operator()(const CreditRecall&) const { rank.return_credits(); }
  void operator()(const Halt& halt) const { rank.on_halt(from, halt); }
};

void Rank::on_message(RankId from, const Message& message) {
  std::visit(MessageHandler{*this, from}, message);
}

// Budget and end ----------------------------------------------------------------------------------

void Rank::ask_for_credits() {
  if (halted_ || used_up_ || slots_ == 0) {
    return;
  }
  const std::int64_t wanted = purse_.needed(free_slots(), slots_);
  if (wanted == 0) {
    return;
  }
  purse_.asked();
  if (bank_) {
    on_credit_answer(bank_->ask(plan_.self, wanted));
  } else {
    send(kRecorder, CreditAsk{wanted});
  }
}

void Rank::on_credit_answer(const CreditBank::Answer& answer) {
  bool mine = false;
  for (const CreditBank::Grant& grant : answer.grants) {
    if (grant.to == plan_.self) {
      purse_.receive(grant.credits);
      mine = true;
    } else {
      send(grant.to, CreditGrant{grant.credits});
    }
  }
  if (answer.recall) {
    tell_all(CreditRecall{});
    return_credits();
  }
  if (mine) {
    used_up_ || halted_ ? return_credits() : fill_slots();
  }
}

void Rank::return_credits() {
  const std::int64_t credits = purse_.empty();
  if (credits == 0) {
    return;
  }
  if (bank_) {
    on_credit_answer(bank_->give_back(credits));
  } else {
    send(kRecorder, CreditReturn{credits});
  }
}

void Rank::pause(bool paused) {
  paused_ = paused;
  on_credit_answer(bank_->pause(paused));
  fill_slots();
}

void Rank::halt(EndReason reason, std::string text) {
  const Halt halt{reason, std::move(text)};
  if (plan_.self == kRecorder) {
    on_halt(plan_.self, halt);
  } else {
    send(kRecorder, halt);
  }
}

void Rank::on_halt(RankId from, const Halt& halt) {
  if (plan_.self != kRecorder) {
    begin_halt(halt);
    return;
  }
  static_cast<void>(from);
  if (halt.reason == EndReason::exhausted) {
    // Trials still run; the study is complete when they have ended.
    space_used_up_ = true;
    bank_->close();
    tell_all(CreditRecall{});
    return_credits();
    end_when_complete();
    return;
  }
  if (!halted_) {
    tell_all(halt);
    begin_halt(halt);
  }
}

void Rank::begin_halt(const Halt& halt) {
  if (halted_) {
    return;
  }
  halted_ = halt;
  retries_.clear();
  for (auto& [id, open] : open_) {
    if (!open.stopping) {
      open.halting = true;
      actions_.emplace_back(StopAttempt{id, "the run ends"});
    }
  }
}

void Rank::end_when_complete() {
  if (plan_.self == kRecorder && begun_ && !halted_ && unfinished_ == 0 && bank_->settled()) {
    const Halt halt{space_used_up_ ? EndReason::exhausted : EndReason::complete, {}};
    tell_all(halt);
    begin_halt(halt);
  }
}

}  // namespace evolt
