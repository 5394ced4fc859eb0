#include "islands/rank.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

namespace evolt {

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
                   owner(departure.to, id)};
  Island* const here = find_island(departure.to);
  tell_island(departure.to, came);
  if (here != nullptr && here->apply(came)) {
    tell_plugin(departure.to, came.individual, {});
    make_room(*here, came);
  }
}

/// Somebody makes room for an immigrant; its owner says who. Not when the run ends: nothing may
/// follow a farewell.
void Rank::make_room(Island& island, const Moved& came) {
  if (!begun_ || halted_ || came.owner != plan_.self) {
    return;
  }
  if (const auto left = island.displace(came.individual, plan_.self)) {
    record(Migrated{left->individual.id, island.id(), kNowhere, left->hop, false});
    island.apply(*left);
    tell_island(island.id(), *left);
  }
}

/// What this rank knows of all islands, and those of its islands that an individual was not
/// evaluated for.
void Rank::learn_elsewhere(IslandId home, const Individual& individual) {
  if (!knowledge_ || Replicates::root_of(individual)) {
    return;
  }
  if (individual.scores.empty()) {
    knowledge_->fail(individual.genome);
    return;
  }
  knowledge_->admit(individual);
  for (Island& island : islands_) {
    if (island.id() != home) {
      island.learn(individual);
    }
  }
}

void Rank::tell_island(IslandId island, Message message) {
  const std::vector<RankId>& ranks = layout_.ranks_of(island);
  if (ranks.size() > 1 || ranks.front() != plan_.self) {
    actions_.emplace_back(BroadcastMessage{island, std::move(message)});
  }
}

void Rank::tell_all(Message message) {
  if (layout_.ranks() > 1) {
    actions_.emplace_back(BroadcastMessage{std::nullopt, std::move(message)});
  }
}

void Rank::send(RankId to, Message message) {
  actions_.emplace_back(SendMessage{to, std::move(message)});
}

// The record --------------------------------------------------------------------------------------

void Rank::record(decltype(Event::what) what) {
  Event event{clock_.wall(), std::move(what)};
  if (plan_.self == kRecorder) {
    note(kRecorder, event);
    actions_.emplace_back(RecordEvent{std::move(event)});
  } else {
    send(kRecorder, Recorded{std::move(event)});
  }
}

void Rank::note(RankId from, const Event& event) {
  if (from != kRecorder) {
    wards_.note(from, event);
  }
  if (std::holds_alternative<Bred>(event.what)) {
    bank_->spend(from);
    ++unfinished_;
  } else if (std::holds_alternative<Leased>(event.what)) {
    ++leases_;
    parked_anywhere_.erase(subject(event));
  } else if (const auto* const parked = std::get_if<Parked>(&event.what)) {
    if (!parked->goes_on) {
      parked_anywhere_.insert(parked->trial);
    }
  } else if (std::holds_alternative<Finished>(event.what)) {
    --unfinished_;
    parked_anywhere_.erase(subject(event));
  }
  watch_.note(from, event);
  if (energy_) {
    energy_->note(event);
  }
}

// Messages ----------------------------------------------------------------------------------------

struct Rank::MessageHandler {
  Rank& rank;
  RankId from;

  void operator()(const Welcome&) const { assert(false && "handled before a Rank exists"); }
  void operator()(const Farewell&) const { assert(false && "handled by the mailbox"); }
  void operator()(const Alive&) const { assert(false && "handled by the mailbox"); }
  void operator()(const RankLost& lost) const { rank.forget(lost.rank); }
  void operator()(const Retry& retry) const {
    if (rank.halted_) {
      return;
    }
    if (from != rank.plan_.self && rank.plan_.self == kRecorder) {
      rank.give(retry);
      return;
    }
    rank.seen_.insert(rank.encoding_.key(retry.trial.genome));
    if (retry.parked) {
      rank.keep_parked(retry);
    } else {
      rank.retries_.push_back(retry);
    }
    rank.fill_slots();
  }
  void operator()(const Admitted& admitted) const {
    const Individual& individual = admitted.individual;
    rank.seen_.insert(rank.encoding_.key(individual.genome));
    // Without scores and lineage it is a start point of an earlier start: not to be proposed again.
    if (individual.scores.empty() && individual.lineage.propagator.empty()) {
      return;
    }
    rank.ever_reported_ = rank.ever_reported_ || !individual.scores.empty();
    rank.learn_elsewhere(admitted.island, individual);
    Island* const island = rank.find_island(admitted.island);
    if (island == nullptr) {
      return;
    }
    if (individual.scores.empty()) {
      island->fail(individual.genome);
    } else {
      island->admit(individual, from);
    }
    rank.tell_plugin(admitted.island, individual, {});
  }
  void operator()(const Moved& moved) const {
    rank.seen_.insert(rank.encoding_.key(moved.individual.genome));
    rank.learn_elsewhere(moved.island, moved.individual);
    Island* const island = rank.find_island(moved.island);
    if (island != nullptr && island->apply(moved) && moved.present) {
      rank.tell_plugin(moved.island, moved.individual, {});
      rank.make_room(*island, moved);
    }
  }
  void operator()(const Progress& progress) const {
    rank.ever_reported_ = true;  // the command itself works
    const bool fresh = rank.history_.add(progress.trial, progress.point);
    if (fresh && rank.plan_.rule) {
      rank.actions_.emplace_back(TellPoint{progress.trial, progress.point});
    }
    if (!rank.parked_.empty() && !rank.free_.empty()) {
      rank.fill_slots();  // it may have made room for one of them
    }
  }
  void operator()(const CurveEnded& ended) const {
    rank.history_.end(ended.trial, ended.ending);
    if (const Curve* const curve = rank.history_.curve(ended.trial)) {
      rank.plan_.estimator.observe(*curve, ended.ending);
      rank.tell_rule(ended.trial, ended.ending);
    }
  }
  void operator()(const Recorded& recorded) const {
    rank.note(from, recorded.event);
    rank.actions_.emplace_back(RecordEvent{recorded.event});
    rank.judge_host(from);
    rank.end_when_complete();
  }
  void operator()(const CreditAsk& ask) const {
    if (rank.halted_) {
      return;
    }
    rank.count_energy();
    rank.on_credit_answer(rank.bank_->ask(from, ask.wanted));
    rank.end_when_all_rest();
  }
  void operator()(const CreditReturn& returned) const {
    if (rank.halted_) {
      return;
    }
    rank.on_credit_answer(rank.bank_->give_back(from, returned.credits));
    rank.end_when_complete();
  }
  void operator()(const CreditGrant& grant) const {
    rank.purse_.receive(grant.credits);
    rank.used_up_ || rank.halted_ ? rank.return_credits() : rank.fill_slots();
  }
  void operator()(const CreditRecall&) const { rank.return_credits(); }
  void operator()(const EndParked&) const {
    rank.ending_parked_ = true;
    rank.fill_slots();
  }
  void operator()(const Rest& rest) const { rank.on_rest(from, rest); }
  void operator()(const Benched& benched) const { rank.on_benched(from, benched); }
  void operator()(const Halt& halt) const { rank.on_halt(from, halt); }
};

void Rank::on_message(RankId from, const Message& message) {
  std::visit(MessageHandler{*this, from}, message);
}

// Budget and end ----------------------------------------------------------------------------------

void Rank::ask_for_credits() {
  if (halted_ || used_up_ || benched_ || slots_ == 0) {
    return;
  }
  if (!ends_in_time()) {
    return_credits();  // somebody else's trials may be shorter
    return;
  }
  const std::int64_t wanted = purse_.needed(free_slots(), slots_);
  if (wanted == 0) {
    return;
  }
  purse_.asked(wanted);
  if (bank_) {
    count_energy();
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
  for (const RankId holder : answer.recall) {
    if (holder == plan_.self) {
      return_credits();
    } else {
      send(holder, CreditRecall{});
    }
  }
  if (mine) {
    used_up_ || halted_ ? return_credits() : fill_slots();
  }
}

void Rank::return_credits() {
  const std::int64_t credits = purse_.empty();
  if (credits == 0 || halted_) {
    return;  // once the run ends, nobody counts credits, and nothing may follow a farewell
  }
  if (bank_) {
    on_credit_answer(bank_->give_back(plan_.self, credits));
  } else {
    send(kRecorder, CreditReturn{credits});
  }
}

void Rank::pause(bool paused) {
  paused_ = paused;
  on_credit_answer(bank_->pause(paused));
  if (!paused_) {
    for (const auto& [ask, suggestion] : std::exchange(held_, {})) {
      static_cast<void>(on_suggestion(ask, suggestion));
    }
  }
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
    on_credit_answer(bank_->close());
    end_when_complete();
    return;
  }
  if (!halted_ || (winding_down() && halt.reason != EndReason::joules)) {
    tell_all(halt);
    begin_halt(halt);
  }
}

void Rank::begin_halt(const Halt& halt) {
  if (halted_ && !winding_down()) {
    return;
  }
  halted_ = halt;
  retries_.clear();
  for (const auto& [ask, asked] : std::exchange(asking_, {})) {
    free_.push_back(asked.slot);
  }
  held_.clear();
  if (halt.reason == EndReason::joules) {
    return;  // what runs has been paid for
  }
  std::vector<TrialId> stopped;
  for (auto& [id, open] : open_) {
    if (!open.stopping) {
      open.halting = true;
      stopped.push_back(id);
    }
  }
  std::sort(stopped.begin(), stopped.end());  // the journal tells of them in this order
  for (const TrialId& id : stopped) {
    actions_.emplace_back(StopAttempt{id, "the run ends", plan_.continues});
  }
}

void Rank::end_when_complete() {
  if (plan_.self != kRecorder) {
    return;
  }
  follow_energy();
  if (begun_ && !halted_) {
    end_when_all_parked();
  }
  if (begun_ && !halted_ && unfinished_ == 0 && bank_->settled()) {
    const Halt halt =
        closed_for_.value_or(Halt{space_used_up_ ? EndReason::exhausted : EndReason::complete, {}});
    tell_all(halt);
    begin_halt(halt);
  }
  end_when_all_rest();
}

}  // namespace evolt
