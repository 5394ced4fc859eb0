#include "service/scaling/virtual_rank.hpp"

#include "service/search/plan.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

/// Between two looks for the welcome, as in run_study.
constexpr Seconds kWelcomePause{0.002};

}  // namespace

VirtualRank::VirtualRank(VirtualWorld& world, RankId self)
    : world_(world), self_(self), mailbox_(world.network.endpoint(self)) {}

// Input -------------------------------------------------------------------------------------------

void VirtualRank::end(const Trial& trial) {
  ended_.push_back(trial);
}

void VirtualRank::give_sign(Seconds now) {
  for (std::int64_t beat = 0; beat < mailbox_.beats_between_signs(); ++beat) {
    mailbox_.beat(now);
  }
}

std::optional<Seconds> VirtualRank::next_step() const {
  if (over_) {
    return std::nullopt;
  }
  if (turning_ || !ended_.empty() || (!rank_ && self_ == kRecorder)) {
    return free_at_;
  }
  std::optional<Seconds> need = world_.network.ready(self_);
  if (const auto due = mailbox_.due(); due && (!need || *due < *need)) {
    need = due;
  }
  if (!need) {
    return std::nullopt;
  }
  const Seconds look = rank_ ? quiet_since_ + world_.looks.at_or_after(*need - quiet_since_)
                             : std::ceil(*need / kWelcomePause) * kWelcomePause;
  return std::max(free_at_, look);
}

// The loop ----------------------------------------------------------------------------------------

void VirtualRank::step(Seconds now) {
  world_.clock.set(now);
  world_.network.set_time(now);
  spent_ = {};
  if (!rank_) {
    self_ == kRecorder ? lead(now) : look_for_welcome(now);
  } else {
    if (!std::exchange(turning_, true)) {
      found_work_ = false;
      take_outcomes();
    }
    if (take_actions(now) || take_letters(now)) {
      found_work_ = true;
    } else {
      end_turn(now);
    }
  }
  busy_ += spent_;
  free_at_ = now + spent_;
  if (turning_ || found_work_) {
    quiet_since_ = free_at_;
    found_work_ = turning_;
  }
}

void VirtualRank::begin(Seconds now) {
  const Berth berth{
      .self = self_, .layout = world_.layout, .slots = 1, .prior = {}, .times = {}, .limit = {}};
  rank_.emplace(make_plan(world_.study, world_.encoding, berth), world_.encoding, world_.clock);
  mailbox_.settle(world_.layout);
  rank_->begin();
  turning_ = true;
  for (const Letter& letter : std::exchange(early_, {})) {
    rank_->on_message(letter.from, letter.message);
  }
  quiet_since_ = now;
}

void VirtualRank::lead(Seconds now) {
  const Welcome welcome{.study = world_.welcome, .prior = {}, .times = {}};
  for (std::int32_t rank = 1; rank < mailbox_.ranks(); ++rank) {
    mailbox_.post(RankId{rank}, welcome, now);
  }
  send(now, true);
  begin(now);
}

void VirtualRank::look_for_welcome(Seconds now) {
  const auto letters = collect(now);
  if (!letters.ok()) {
    return;
  }
  bool welcome = false;
  for (const Letter& letter : *letters) {
    if (std::holds_alternative<Welcome>(letter.message)) {
      welcome = true;
    } else {
      early_.push_back(letter);
    }
  }
  if (welcome) {
    begin(now);
  }
}

void VirtualRank::take_outcomes() {
  while (!ended_.empty()) {
    const Trial trial = std::move(ended_.front());
    ended_.pop_front();
    const Seconds wall = world_.trials.duration(trial.id);
    rank_->on_outcome(trial.id, 1,
                      Outcome{.metrics = {{"value", world_.trials.value(trial.params)}},
                              .steps = 1,
                              .usage = {.wall = wall}});
    charge(world_.costs.outcome);
  }
}

bool VirtualRank::take_actions(Seconds now) {
  std::vector<Action> actions = rank_->take_actions();
  for (Action& action : actions) {
    carry_out(action, now);
  }
  return !actions.empty();
}

void VirtualRank::carry_out(Action& action, Seconds now) {
  if (const auto* const start = std::get_if<StartAttempt>(&action)) {
    charge(world_.costs.breeding);
    world_.observer.on_start(self_, start->trial, now + spent_);
  } else if (const auto* const send = std::get_if<SendMessage>(&action)) {
    charge(world_.costs.message_out);
    mailbox_.post(send->to, send->message, now);
  } else if (const auto* const tell = std::get_if<BroadcastMessage>(&action)) {
    charge(world_.costs.message_out);
    mailbox_.broadcast(tell->island, tell->message, now);
  } else if (const auto* const record = std::get_if<RecordEvent>(&action)) {
    charge(world_.costs.event);
    world_.observer.on_event(record->event, now + spent_);
  }
}

absl::StatusOr<std::vector<Letter>> VirtualRank::collect(Seconds now) {
  const Traffic before = mailbox_.traffic();
  auto letters = mailbox_.collect(now);
  const Traffic& after = mailbox_.traffic();
  charge(static_cast<double>(after.frames_received - before.frames_received) *
         (world_.overhead + world_.costs.frame));
  charge(static_cast<double>(after.messages_received - before.messages_received) *
         world_.costs.message_in);
  status_.Update(letters.status());
  return letters;
}

bool VirtualRank::take_letters(Seconds now) {
  const auto letters = collect(now);
  if (!letters.ok()) {
    return false;
  }
  for (const Letter& letter : *letters) {
    rank_->on_message(letter.from, letter.message);
    if (const auto* const admitted = std::get_if<Admitted>(&letter.message)) {
      world_.observer.on_heard(self_, admitted->individual.id, now + spent_);
    }
  }
  return !letters->empty();
}

void VirtualRank::end_turn(Seconds now) {
  send(now, false);
  if (rank_->done() && !std::exchange(parted_, true)) {
    mailbox_.say_farewell(now);
  }
  over_ = parted_ && mailbox_.drained(now);
  turning_ = false;
}

void VirtualRank::send(Seconds now, bool force) {
  world_.network.set_time(now + spent_);
  const std::int64_t before = mailbox_.traffic().frames_sent;
  mailbox_.flush(now, force);
  const std::int64_t frames = mailbox_.traffic().frames_sent - before;
  charge(static_cast<double>(frames) * (world_.overhead + world_.costs.frame));
}

}  // namespace evolt
