#include "service/run/rank_loop.hpp"

#include <absl/strings/str_cat.h>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace evolt {
namespace {

constexpr std::chrono::milliseconds kBeat{100};

/// So many attempts in a row that could not be started are the host's fault (its disk, its limits).
constexpr int kBrokenHost = 5;

}  // namespace

RankLoop::RankLoop(RankWorld world)
    : world_(std::move(world)), tasks_(world_.io), poll_timer_(world_.io), beat_timer_(world_.io) {}

RankLoop::~RankLoop() = default;

absl::Status RankLoop::run() {
  tasks_.hold();
  begin_programs();
  beat();
  wake();
  while (!over_ && world_.io.run_one() > 0) {
  }
  tasks_.let_go();
  poll_timer_.cancel();
  beat_timer_.cancel();
  if (world_.recorder != nullptr) {
    const absl::Status closed = world_.recorder->close();
    status_.Update(closed);
  }
  return status_;
}

void RankLoop::begin_programs() {
  if (world_.programs == nullptr) {
    return;
  }
  const auto warning = [this](const std::string& text) {
    if (world_.say) {
      world_.say(text);
    }
  };
  if (world_.programs->plugins) {
    world_.programs->plugins->begin(
        PluginEars{.answer =
                       [this](std::int64_t ask, const std::optional<Params>& suggestion) {
                         wake();
                         return world_.rank.on_suggestion(ask, suggestion);
                       },
                   .warning = warning});
  }
  if (world_.programs->rule) {
    world_.programs->rule->begin(RuleEars{.verdict =
                                              [this](const AnswerQuestion& answer) {
                                                wake();
                                                return world_.rank.on_verdict(
                                                    answer.trial, answer.attempt, answer.step,
                                                    answer.verdict);
                                              },
                                          .recall =
                                              [this](const TrialId& trial) {
                                                wake();
                                                // One that has gone on meanwhile needs no call.
                                                static_cast<void>(world_.rank.on_recall(trial));
                                              },
                                          .gone =
                                              [this] {
                                                wake();
                                                world_.rank.on_rule_gone();
                                              },
                                          .warning = warning},
                                 world_.rank.history());
  }
}

/// Requires: an action for one of them.
void RankLoop::tell_programs(const Action& action) {
  if (const auto* const ask = std::get_if<AskSuggestion>(&action)) {
    world_.programs->plugins->ask(*ask);
  } else if (const auto* const started = std::get_if<TellStarted>(&action)) {
    world_.programs->plugins->tell(*started);
  } else if (const auto* const result = std::get_if<TellResult>(&action)) {
    world_.programs->plugins->tell(*result);
  } else if (const auto* const report = std::get_if<TellReport>(&action)) {
    world_.programs->rule->tell(*report);
  } else if (const auto* const point = std::get_if<TellPoint>(&action)) {
    world_.programs->rule->tell(*point);
  } else if (const auto* const end = std::get_if<TellCurveEnd>(&action)) {
    world_.programs->rule->tell(*end);
  }
}

void RankLoop::interrupt(EndReason reason, std::string text) {
  if (!world_.rank.ending() || world_.rank.winding_down()) {
    world_.rank.halt(reason, std::move(text));
    wake();
  }
}

/// One turn as soon as the current handler is done.
void RankLoop::wake() {
  if (!std::exchange(awake_, true)) {
    tasks_.post([this] {
      awake_ = false;
      turn();
    });
  }
}

void RankLoop::turn() {
  if (over_) {
    return;
  }
  bool busy = false;
  while (take_actions() || look_for_letters()) {
    busy = true;
  }
  if (world_.recorder != nullptr) {
    world_.recorder->hand_over();
  }
  const Seconds now = world_.clock.now();
  world_.mailbox.flush(now);
  if (world_.rank.done() && !std::exchange(parted_, true)) {
    world_.mailbox.say_farewell(now);
  }
  over_ = over_ || (parted_ && (world_.mailbox.drained(now) || broken_));
  if (!over_ && world_.mailbox.ranks() > 1) {
    plan_next_turn(busy);
  }
}

void RankLoop::plan_next_turn(bool busy) {
  if (tasks_.waiting()) {
    wake();  // after them; they need no alarm
    return;
  }
  const Seconds pause = pause_.next(busy);
  const Seconds next = world_.clock.now() + pause;
  if (poll_timer_.set() && next_look_ <= next) {
    return;  // setting an alarm costs more than one that comes early
  }
  next_look_ = next;
  poll_timer_.after(std::chrono::nanoseconds(static_cast<std::int64_t>(pause.value * 1e9)),
                    [this] { turn(); });
}

/// Not more often than it is worth: a look into MPI costs as much as a message.
bool RankLoop::look_for_letters() {
  const Seconds now = world_.clock.now();
  if (world_.mailbox.ranks() == 1 || !look_pause_.due(now)) {
    return false;
  }
  const bool found = take_letters();
  look_pause_.looked(now, found);
  return found;
}

bool RankLoop::take_actions() {
  std::vector<Action> actions = world_.rank.take_actions();
  for (Action& action : actions) {
    carry_out(action);
  }
  return !actions.empty();
}

void RankLoop::carry_out(Action& action) {
  if (auto* const start = std::get_if<StartAttempt>(&action)) {
    const absl::Status started = world_.executor.start(start->trial, start->attempt, *this);
    if (!started.ok()) {
      on_not_started(start->trial.id, start->attempt.number, std::string(started.message()));
    }
  } else if (auto* const stop = std::get_if<StopAttempt>(&action)) {
    world_.executor.stop(stop->trial, stop->reason,
                         stop->resumes ? StopFor::resume : StopFor::good);
  } else if (auto* const send = std::get_if<SendMessage>(&action)) {
    world_.mailbox.post(send->to, send->message, world_.clock.now());
  } else if (const auto* const tell = std::get_if<BroadcastMessage>(&action)) {
    world_.mailbox.broadcast(tell->island, tell->message, world_.clock.now());
  } else if (const auto* const forget = std::get_if<ForgetRank>(&action)) {
    if (forget->rank == world_.mailbox.self()) {
      leave("rank 0 takes this rank for dead");
    } else {
      world_.mailbox.lose(forget->rank);
      if (std::find(world_.kin.begin(), world_.kin.end(), forget->rank) != world_.kin.end()) {
        leave(absl::StrCat("rank ", index(forget->rank), ", of the same trials, is lost"));
      }
      ++ranks_lost_;
    }
  } else if (auto* const record = std::get_if<RecordEvent>(&action);
             record != nullptr && world_.recorder != nullptr) {
    world_.recorder->record(std::move(record->event));
  } else if (const auto* const benched = std::get_if<TellBenched>(&action)) {
    say_benched(*benched);
  } else if (const auto* const proceed = std::get_if<ProceedAttempt>(&action)) {
    world_.executor.proceed(proceed->trial);
  } else if (world_.programs != nullptr) {
    tell_programs(action);
  }
}

void RankLoop::say_benched(const TellBenched& benched) const {
  if (!world_.say) {
    return;
  }
  const std::vector<std::string> hosts = world_.mailbox.transport().hosts();
  const auto at = static_cast<std::size_t>(index(benched.rank));
  const std::string name =
      absl::StrCat("rank ", at, at < hosts.size() ? absl::StrCat(" (", hosts[at], ")") : "");
  world_.say(benched.over
                 ? name + " works after all, and starts trials again"
                 : absl::StrCat(name, " starts no more trials, the others go on: ", benched.why));
}

bool RankLoop::take_letters() {
  const auto letters = world_.mailbox.collect(world_.clock.now());
  if (!letters.ok()) {
    broken_ = true;  // what is missing will never come
    status_.Update(letters.status());
    world_.rank.halt(EndReason::failed, std::string(letters.status().message()));
    return false;
  }
  for (const Letter& letter : *letters) {
    world_.rank.on_message(letter.from, letter.message);
  }
  return !letters->empty();
}

void RankLoop::on_process(const TrialId&, std::int32_t, pid_t) {
  failed_starts_ = 0;
}

Verdict RankLoop::on_measurement(const TrialId& trial, std::int32_t attempt,
                                 const Measurement& measurement) {
  failed_starts_ = 0;
  Verdict verdict = world_.rank.on_measurement(trial, attempt, measurement);
  wake();
  return verdict;
}

void RankLoop::on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) {
  failed_starts_ = 0;
  world_.rank.on_outcome(trial, attempt, outcome);
  wake();
}

void RankLoop::on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
                       const Usage& usage) {
  world_.rank.on_lost(trial, attempt, reason, usage);
  wake();
}

/// Not at once: the same would fail again before anything could change.
void RankLoop::on_not_started(const TrialId& trial, std::int32_t attempt, std::string_view reason) {
  not_started_.push_back({trial, attempt, std::string(reason)});
}

void RankLoop::look_after_storage() {
  const bool paused = !world_.recorder->paused().empty();
  if (paused != std::exchange(paused_, paused)) {
    world_.rank.pause(paused);
    wake();
  }
  if (const absl::Status status = world_.recorder->status(); !status.ok() && status_.ok()) {
    status_ = status;
    interrupt(EndReason::failed, std::string(status.message()));
  }
  world_.recorder->hand_over();
  if (world_.time_budget && world_.recorder->seconds() >= *world_.time_budget) {
    interrupt(EndReason::seconds, "budget.seconds is used");
  }
  if (world_.ends && world_.clock.now() >= *world_.ends) {
    interrupt(EndReason::interrupted, "the time limit is near");
  }
}

/// This rank alone ends, and at once.
void RankLoop::leave(std::string why) {
  status_ = absl::AbortedError(std::move(why));
  over_ = true;
}

std::string RankLoop::what_is_left_by(RankId lost) const {
  const auto& ending = world_.rank.ending();
  const bool done =
      ending && (ending->reason == EndReason::complete || ending->reason == EndReason::exhausted ||
                 ending->reason == EndReason::gain);
  if (done || world_.mailbox.parted(lost)) {
    return "its work was done";
  }
  return ending ? "its trials wait for the next start" : "its trials run again elsewhere";
}

void RankLoop::look_after_ranks() {
  Mailbox& mailbox = world_.mailbox;
  mailbox.beat(world_.clock.now());
  std::vector<Death> deaths = world_.deaths ? world_.deaths() : std::vector<Death>();
  const std::int64_t most = std::max(world_.longest_silence, 3 * mailbox.beats_between_signs());
  for (const RankId rank : mailbox.silent(most)) {
    deaths.push_back({rank, absl::StrCat("silent for ", most / 10, " s")});
  }
  for (const Death& death : deaths) {
    if (mailbox.self() != kRecorder) {
      leave("rank 0 is gone: " + death.reason);
    } else if (!mailbox.lost(death.rank)) {
      if (world_.say) {
        world_.say(absl::StrCat("rank ", index(death.rank), " is lost (", death.reason, "); ",
                                what_is_left_by(death.rank)));
      }
      world_.rank.lose(death.rank, absl::StrCat("rank ", index(death.rank), ": ", death.reason));
      wake();
    }
  }
}

void RankLoop::beat() {
  if (world_.recorder != nullptr) {
    look_after_storage();
  }
  if (world_.mailbox.ranks() > 1) {
    look_after_ranks();
  }
  if (world_.on_beat) {
    world_.on_beat();
  }
  for (const auto& [trial, attempt, why] : std::exchange(not_started_, {})) {
    if (++failed_starts_ == kBrokenHost) {
      world_.rank.bench("trials cannot be started here: " + why);
    }
    world_.rank.on_not_started(trial, attempt, why);
    wake();
  }
  beat_timer_.after(kBeat, [this] { beat(); });
}

}  // namespace evolt
