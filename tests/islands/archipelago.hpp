#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"
#include "islands/loopback.hpp"
#include "islands/mailbox.hpp"
#include "islands/rank.hpp"
#include "proto/convert.hpp"
#include "scripted_study.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

namespace evolt::test {

/// A whole study in one thread: ranks over loopback, a scripted executor in virtual time. Attempts
/// take random times (drawn from their trial's id), report every step, and obey verdicts.
class Archipelago {
 public:
  explicit Archipelago(const ArchipelagoOptions& options)
      : options_(options), encoding_(scripted_space()), network_(options.ranks) {
    for (std::int32_t r = 0; r < options.ranks; ++r) {
      mailboxes_.push_back(std::make_unique<Mailbox>(network_.endpoint(RankId{r})));
      mailboxes_.back()->settle(Layout(options.ranks, options.islands));
      ranks_.push_back(
          std::make_unique<Rank>(scripted_plan(options, encoding_, r), encoding_, clock_));
    }
  }

  /// Runs to the end. False when the study hangs.
  bool run() {
    for (auto& rank : ranks_) {
      rank->begin();
    }
    for (const auto& [rank, at] : options_.deaths) {
      queue_.push(Cue{.at = at, .order = ++order_, .rank = rank, .kind = Cue::Kind::death});
    }
    for (int idle = 0; idle < 1000;) {
      if (pump()) {
        idle = 0;
        continue;
      }
      if (ended()) {
        return true;
      }
      if (!queue_.empty()) {
        play();
        idle = 0;
      } else {
        clock_.advance(Seconds{0.01});
        ++idle;
      }
    }
    return false;
  }

  const std::vector<Event>& journal() const { return journal_; }
  std::string journal_bytes() const {
    std::string bytes;
    for (const Event& event : journal_) {
      bytes += encode(event);
    }
    return bytes;
  }
  const Rank& rank(std::int32_t r) const { return *ranks_[static_cast<std::size_t>(r)]; }
  Rank& rank(std::int32_t r) { return *ranks_[static_cast<std::size_t>(r)]; }
  const Encoding& encoding() const { return encoding_; }
  const absl::Status& status() const { return status_; }
  const std::set<std::int32_t>& dead() const { return dead_; }
  const std::vector<TrialId>& stopped() const { return stopped_; }
  const std::vector<TellBenched>& benched() const { return benched_; }

 private:
  struct Cue {
    enum class Kind { step, answer, death, news };
    double at = 0;
    std::uint64_t order = 0;
    std::int32_t rank = 0;
    TrialId trial;
    std::int32_t attempt = 1;
    std::int64_t step = 0;  ///< the goal + 1: the end
    std::int64_t goal = 0;
    double worth = 0;
    double pace = 0;
    std::int64_t ask = 0;  ///< the answer of a plug-in
    Kind kind = Kind::step;

    bool operator<(const Cue& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  /// Takes actions and delivers letters; false when there was nothing to do.
  bool pump() {
    bool busy = false;
    for (std::size_t r = 0; r < ranks_.size(); ++r) {
      if (dead_.contains(static_cast<std::int32_t>(r))) {
        continue;
      }
      for (Action& action : ranks_[r]->take_actions()) {
        busy = true;
        take(static_cast<std::int32_t>(r), std::move(action));
      }
      if (ranks_[r]->done() && !parted_[r]) {
        parted_[r] = true;
        mailboxes_[r]->say_farewell(clock_.now());
        busy = true;
      }
      mailboxes_[r]->flush(clock_.now());
      auto letters = mailboxes_[r]->collect(clock_.now());
      if (!letters.ok()) {
        status_ = letters.status();
        continue;
      }
      for (const Letter& letter : *letters) {
        busy = true;
        ranks_[r]->on_message(letter.from, letter.message);
      }
    }
    return busy;
  }

  void take(std::int32_t r, Action action) {
    if (auto* const start = std::get_if<StartAttempt>(&action)) {
      Rng rng{start->trial.id.rank, start->trial.id.counter,
              static_cast<std::uint64_t>(start->attempt.number)};
      queue_.push(Cue{.at = clock_.now().value + 0.5,
                      .order = ++order_,
                      .rank = r,
                      .trial = start->trial.id,
                      .attempt = start->attempt.number,
                      .step = saved_[start->trial.id] + 1,
                      .goal = start->attempt.goal > 0 ? start->attempt.goal : options_.steps,
                      .worth = scripted_worth(start->trial.params),
                      .pace = std::exp(0.8 * rng.normal())});
    } else if (const auto* const ask = std::get_if<AskSuggestion>(&action)) {
      Rng rng{options_.seed, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(ask->ask)};
      queue_.push(Cue{.at = clock_.now().value + 3 * rng.uniform(),
                      .order = ++order_,
                      .rank = r,
                      .ask = ask->ask,
                      .kind = Cue::Kind::answer});
    } else if (auto* const send = std::get_if<SendMessage>(&action)) {
      mailboxes_[static_cast<std::size_t>(r)]->post(send->to, send->message, clock_.now());
    } else if (const auto* const forget = std::get_if<ForgetRank>(&action)) {
      mailboxes_[static_cast<std::size_t>(r)]->lose(forget->rank);
    } else if (const auto* const tell = std::get_if<BroadcastMessage>(&action)) {
      mailboxes_[static_cast<std::size_t>(r)]->broadcast(tell->island, tell->message, clock_.now());
    } else if (auto* const record = std::get_if<RecordEvent>(&action)) {
      journal_.push_back(std::move(record->event));
    } else if (auto* const stop = std::get_if<StopAttempt>(&action)) {
      stopped_.push_back(stop->trial);
    } else if (auto* const benched = std::get_if<TellBenched>(&action)) {
      benched_.push_back(std::move(*benched));
    }
  }

  void play() {
    Cue cue = queue_.top();
    queue_.pop();
    clock_.set(Seconds{std::max(cue.at, clock_.now().value)});
    Rank& rank = *ranks_[static_cast<std::size_t>(cue.rank)];
    if (cue.kind == Cue::Kind::news) {
      ranks_[0]->lose(RankId{cue.rank}, "scripted death");
      return;
    }
    if (dead_.contains(cue.rank)) {
      return;
    }
    if (cue.kind == Cue::Kind::death) {
      die(cue.rank);
      return;
    }
    if (cue.kind == Cue::Kind::answer) {
      answer(rank, cue);
      return;
    }
    Rng rng{options_.seed, cue.trial.rank, cue.trial.counter,
            static_cast<std::uint64_t>(cue.attempt), static_cast<std::uint64_t>(cue.step)};
    const bool told_to_stop =
        std::find(stopped_.begin(), stopped_.end(), cue.trial) != stopped_.end();
    const double loss = cue.worth + 20.0 / static_cast<double>(std::max<std::int64_t>(cue.step, 1));
    Outcome outcome{.metrics = {{"loss", loss}},
                    .steps = std::min(cue.step, cue.goal),
                    .usage = {.wall = {0.5 + cue.pace * static_cast<double>(cue.step - 1)}}};
    outcome.usage.energy = energy(outcome.usage.wall);
    if (broken(cue.rank)) {
      rank.on_outcome(cue.trial, cue.attempt,
                      Outcome{.ending = Ending::failed,
                              .failure = Failure::exit_code,
                              .reason = "exit code 1",
                              .last_lines = {"no driver"}});
      return;
    }
    if (told_to_stop) {
      outcome.ending = Ending::stopped;
      rank.on_outcome(cue.trial, cue.attempt, outcome);
      return;
    }
    if (options_.killer > 0 && cue.rank != 0 && cue.step == 2 &&
        Rng{cue.trial.rank, cue.trial.counter}.chance(options_.killer)) {
      die(cue.rank);
      return;
    }
    if (cue.step == 2 && rng.chance(options_.lose)) {
      rank.on_lost(cue.trial, cue.attempt, "scripted", {});
      return;
    }
    if (cue.step == 2 && rng.chance(options_.crash)) {
      outcome.ending = Ending::failed;
      outcome.failure = Failure::exit_code;
      rank.on_outcome(cue.trial, cue.attempt, outcome);
      return;
    }
    if (cue.step > cue.goal) {
      save(cue.trial, cue.goal);
      rank.on_outcome(cue.trial, cue.attempt, outcome);
      return;
    }
    Measurement measurement{.step = cue.step, .metrics = {{"loss", loss}}};
    if (options_.watts > 0) {
      measurement.elapsed = outcome.usage.wall;
      measurement.energy = outcome.usage.energy;
    }
    const Verdict verdict = rank.on_measurement(cue.trial, cue.attempt, measurement);
    if (verdict.stops()) {
      save(cue.trial, cue.step);
      outcome.ending = Ending::stopped;
      rank.on_outcome(cue.trial, cue.attempt, outcome);
      return;
    }
    cue.step += 1;
    cue.at += cue.pace;
    cue.order = ++order_;
    queue_.push(cue);
  }

  std::optional<EnergyReading> energy(Seconds time) const {
    if (options_.watts <= 0) {
      return std::nullopt;
    }
    const Joules joules = Watts{options_.watts} * time;
    return EnergyReading{.joules = joules,
                         .lower = joules,
                         .upper = joules,
                         .label = EnergyLabel::counter_exclusive,
                         .coverage = 1};
  }

  void save(const TrialId& trial, std::int64_t step) {
    if (options_.saves) {
      saved_[trial] = step;
    }
  }

  bool broken(std::int32_t rank) const {
    return std::any_of(options_.broken.begin(), options_.broken.end(), [&](const auto& one) {
      return one.first == rank && clock_.now().value >= one.second;
    });
  }

  /// What it has sent arrives; what still waited does not.
  void die(std::int32_t rank) {
    dead_.insert(rank);
    queue_.push(Cue{
        .at = clock_.now().value + 3, .order = ++order_, .rank = rank, .kind = Cue::Kind::news});
  }

  /// A third of the suggestions come, a third are late, a third cannot be.
  void answer(Rank& rank, const Cue& cue) const {
    Rng rng{options_.seed, static_cast<std::uint64_t>(cue.rank),
            static_cast<std::uint64_t>(cue.ask), 1};
    std::optional<Params> suggestion = encoding_.decode(encoding_.random(rng));
    if (cue.ask % 3 == 1) {
      suggestion.reset();
    } else if (cue.ask % 3 == 2) {
      suggestion->front().second = 6.0;
    }
    static_cast<void>(rank.on_suggestion(cue.ask, suggestion));
  }

  bool ended() {
    for (std::size_t r = 0; r < ranks_.size(); ++r) {
      if (!dead_.contains(static_cast<std::int32_t>(r)) &&
          (!mailboxes_[r]->drained(clock_.now()) || !ranks_[r]->done())) {
        return false;
      }
    }
    return true;
  }

  ArchipelagoOptions options_;
  Encoding encoding_;
  ManualClock clock_;
  LoopbackNetwork network_;
  std::vector<std::unique_ptr<Mailbox>> mailboxes_;
  std::vector<std::unique_ptr<Rank>> ranks_;
  std::map<std::size_t, bool> parted_;
  std::set<std::int32_t> dead_;
  std::priority_queue<Cue> queue_;
  std::uint64_t order_ = 0;
  std::vector<Event> journal_;
  std::vector<TrialId> stopped_;
  std::map<TrialId, std::int64_t> saved_;  ///< the step that a parked trial left a checkpoint of
  std::vector<TellBenched> benched_;
  absl::Status status_;
};

}  // namespace evolt::test
