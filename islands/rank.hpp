#pragma once

#include "core/clock.hpp"
#include "core/event.hpp"
#include "core/message.hpp"
#include "core/rng.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/parked_trials.hpp"
#include "islands/credits.hpp"
#include "islands/host_watch.hpp"
#include "islands/island.hpp"
#include "islands/knowledge.hpp"
#include "islands/layout.hpp"
#include "islands/rank_plan.hpp"
#include "islands/trial_times.hpp"
#include "islands/wards.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace evolt {

/// What a rank wants done.
struct StartAttempt {
  Trial trial;
  Attempt attempt;
};
struct StopAttempt {
  TrialId trial;
  std::string reason;
  bool resumes = false;  ///< a further attempt goes on where this one ends
};
struct SendMessage {
  RankId to{};
  Message message;
};
/// To every other rank, or every other rank of an island.
struct BroadcastMessage {
  std::optional<IslandId> island;
  Message message;
};
/// That rank is dead, or taken for dead: nothing goes to it, nothing is expected of it. This rank
/// itself: it must end at once.
struct ForgetRank {
  RankId rank{};
};
/// Rank 0 only: write it down.
struct RecordEvent {
  Event event;
};
/// Rank 0 only, for the user: that rank starts no more trials.
struct TellBenched {
  RankId rank{};
  std::string why;
  bool over = false;  ///< it does again
};
/// The island's plug-in is to propose a configuration; on_suggestion() takes the answer.
struct AskSuggestion {
  IslandId island{};
  std::int64_t ask = 0;  ///< 1, 2, 3, ... on this rank
};
/// For the island's plug-in: this rank runs a trial of the island.
struct TellStarted {
  IslandId island{};
  Trial trial;
  std::int64_t ask = 0;  ///< the ask that brought it; 0: it came from elsewhere
};
/// For the island's plug-in: what became of a trial of the island, or of one that came to it. No
/// scores: it failed. The same trial may be told again; what is told last holds.
struct TellResult {
  IslandId island{};
  Individual individual;
  Metrics metrics;  ///< empty where another rank ran it
};
/// A verdict that came later: the attempt goes on.
struct ProceedAttempt {
  TrialId trial;
};
/// For the rule that is a program: a new point of a curve, reported here.
struct TellReport {
  TrialId trial;
  std::int32_t attempt = 0;
  Params params;
  Measurement measurement;
  CurvePoint point;
  /// The rule is to judge, on_verdict() takes its answer, and where it has none this is the
  /// verdict; nullopt: it is told only.
  std::optional<Verdict> otherwise;
};
/// The same of a trial of another rank, or of an earlier start.
struct TellPoint {
  TrialId trial;
  CurvePoint point;
};
/// For the rule that is a program: a curve is complete, or its trial waits here, parked.
struct TellCurveEnd {
  TrialId trial;
  std::optional<Ending> ending;  ///< nullopt: parked
};
using Action = std::variant<StartAttempt, StopAttempt, SendMessage, BroadcastMessage, ForgetRank,
                            RecordEvent, TellBenched, AskSuggestion, TellStarted, TellResult,
                            ProceedAttempt, TellReport, TellPoint, TellCurveEnd>;

/// One rank of a study as a state machine without I/O: its islands, its slots, its share of the
/// budget, and on rank 0 the budget itself and the end of the run.
///
/// Inputs are calls, outputs are actions to be taken in order. The same inputs at the same times
/// give the same actions, so the same code runs for real, in virtual time and under test. Thread:
/// loop.
class Rank {
 public:
  /// Requires: `encoding` and `clock` outlive this.
  Rank(RankPlan plan, const Encoding& encoding, const Clock& clock);
  ~Rank();
  Rank(const Rank&) = delete;
  Rank& operator=(const Rank&) = delete;

  /// Starts the search. What is restored from an earlier start comes before, by on_message().
  void begin();

  /// More room: attempts that can run at once here.
  void add_slots(std::int32_t slots);

  /// Rank 0: gives a trial that an earlier start left to a rank.
  void entrust(RankId to, const Retry& retry);

  /// Rank 0: another rank died. What it ran is run again elsewhere, its credits are free, and all
  /// are told.
  void lose(RankId rank, std::string_view reason);

  /// A message from another rank. Welcome, Farewell and Alive are not for this class.
  void on_message(RankId from, const Message& message);

  /// A step was reported; the answer is the verdict. Where the rule is a program the verdict comes
  /// later, as ProceedAttempt or StopAttempt. Reports of attempts that are not open proceed and
  /// change nothing.
  Verdict on_measurement(const TrialId& trial, std::int32_t attempt,
                         const Measurement& measurement);

  /// An attempt ended. One that is not open changes nothing.
  void on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome);

  /// An attempt could not be started, which is no fault of its trial: it is tried again.
  void on_not_started(const TrialId& trial, std::int32_t attempt, std::string_view reason);

  /// An attempt vanished; it is run again unless that happened too often.
  void on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
               const Usage& usage);

  /// The answer to an AskSuggestion; nullopt: there is none (it is late, or broken), and the
  /// island's propagator breeds instead. It also does for a suggestion that cannot be; the error
  /// says why: invalid_argument, already_exists. Errors: not_found when nobody waits for it (any
  /// more).
  absl::Status on_suggestion(std::int64_t ask, const std::optional<Params>& suggestion);

  /// What a rule that is a program says of an attempt at a step, asked or unasked, in time or late;
  /// in the user's sign. Errors: not_found for an attempt that is not open.
  absl::Status on_verdict(const TrialId& trial, std::int32_t attempt, std::int64_t step,
                          Verdict verdict);

  /// That rule wants a trial that is parked here to go on. Errors: not_found when it is not.
  absl::Status on_recall(const TrialId& trial);

  /// That rule answers no more: from here on its fallback judges alone.
  void on_rule_gone();

  /// Trials cannot be run here: none is started any more, and the other ranks go on. Where no other
  /// rank is left the run ends.
  void bench(std::string why);

  /// Ends the run early. On rank 0 for all; elsewhere asks rank 0 to.
  void halt(EndReason reason, std::string text);

  /// Rank 0: no new trials anywhere while `paused` (the recorder's disk is full); what runs goes
  /// on, and what is lost elsewhere is still tried again.
  void pause(bool paused);

  std::vector<Action> take_actions();

  /// Why the run ends; nullopt while it goes on.
  const std::optional<Halt>& ending() const { return halted_; }

  /// Whether the run ends and nothing runs here any more.
  bool done() const { return halted_.has_value() && open_.empty() && !waits_for_others(); }

  /// Whether the run ends, but what runs goes on to its end, unless halt() is called again.
  bool winding_down() const { return halted_ && halted_->reason == EndReason::joules && !done(); }

  std::int32_t free_slots() const { return static_cast<std::int32_t>(free_.size()); }
  std::int32_t slots() const { return slots_; }
  std::size_t running() const { return open_.size(); }

  /// Every curve known here.
  const History& history() const { return history_; }

  /// The islands of this rank.
  const std::vector<Island>& islands() const { return islands_; }

 private:
  struct Open {
    Trial trial;
    Attempt attempt;
    std::int32_t losses = 0;           ///< attempts of this start of the study that vanished
    bool stopping = false;             ///< by a verdict
    bool parking = false;              ///< by a verdict, to go on later
    std::optional<Metrics> at_target;  ///< of the report that came to the objective's target
    std::string over_limit;            ///< why it is stopped by plan_.most_joules
    bool halting = false;              ///< because the run ends: it will be tried again
    bool audited = false;
    bool decided = false;       ///< it was judged at its goal
    bool at_rest = false;       ///< no attempt runs: the last one was parked
    std::int64_t reached = 0;   ///< the last step of this attempt
    Metrics known;              ///< where attempts continue: the last values over all of them
    std::int64_t steps = 0;     ///< the last step of all of them
    std::optional<Usage> used;  ///< as Retry::used
    Seconds longest_cut;        ///< of them
    CostForecast costs;
    Verdict verdict;  ///< the one that ends it
  };

  /// A slot and a credit that wait for a plug-in.
  struct Asking {
    IslandId island{};
    std::int32_t slot = 0;
  };

  void fill_slots();
  bool start_retry();
  bool start_new();
  bool start(const Island& island, std::optional<Offspring> offspring, std::int64_t ask = 0);
  bool has_plugin(IslandId island) const;
  void ask_plugin(IslandId island);
  void tell_plugin(IslandId island, const Individual& individual, const Metrics& metrics);
  void lease(Retry retry, std::int64_t ask = 0);
  void retry(Open lost);
  Open* find_open(const TrialId& trial, std::int32_t attempt);
  Open close(const TrialId& trial);
  Verdict told(Verdict verdict) const;

  std::int64_t full_length(const Trial& trial) const;
  std::int64_t next_goal(const Retry& retry) const;
  bool goal_below_the_end(const Open& open) const;
  void tell_at_goal(Open& open, const Outcome& outcome);
  bool came_to_goal(const Open& open, const Outcome& outcome) const;
  void end_at_goal(Open& open, const Outcome& outcome);
  void go_on(Open closed, const Outcome& outcome);
  std::optional<TrialId> benefactor(const Retry& retry) const;

  Verdict take_report(Open& open, const Measurement& measurement);
  bool over_limit(Open& open, const Measurement& measurement) const;
  Verdict come_to_target(Open& open, const Measurement& measurement);
  Verdict judge(const TrialId& trial) const;
  Verdict follow(Open& open, std::int64_t step, Verdict verdict);
  Verdict ask_rule(Open& open, const Measurement& measurement, const CurvePoint& point,
                   bool judged);
  void tell_rule(const TrialId& trial, std::optional<Ending> ending);
  std::optional<TrialId> next_parked(bool more);

  void park(Open closed, const Outcome& outcome);
  void keep_parked(Retry retry);
  bool start_parked(bool more);
  void end_parked();
  void end_when_all_parked();

  void record(decltype(Event::what) what);
  void note(RankId from, const Event& event);
  void finish(const Open& open, Outcome outcome);
  Individual individual_of(const Open& open, Outcome& outcome) const;
  Outcome foreseen(const Open& open, Outcome outcome) const;
  std::optional<Scores> foretold(const Open& open) const;
  absl::StatusOr<Scores> scores_of(const Open& open, const Outcome& outcome) const;
  void admit(const Open& open, const Individual& individual);
  void complete(const Open& open, Outcome& outcome) const;
  Usage whole_usage(const Open& open, const Usage& last) const;
  Usage used_after(const Open& closed, const Usage& last) const;
  void learn_elsewhere(IslandId home, const Individual& individual);
  const Archive* known() const { return knowledge_ ? &knowledge_->archive() : nullptr; }
  void migrate(Island& island);
  void move(const Departure& departure, IslandId from);
  void make_room(Island& island, const Moved& came);
  void tell_island(IslandId island, Message message);
  void tell_all(Message message);
  void send(RankId to, Message message);

  void forget(RankId lost);
  void give(const Retry& retry);
  bool dead(RankId rank) const { return lost_.contains(rank); }
  std::vector<RankId> living(const std::vector<RankId>& ranks) const;
  RankId owner(IslandId island, const TrialId& individual) const;
  Island* find_island(IslandId id);

  void ask_for_credits();
  void on_credit_answer(const CreditBank::Answer& answer);
  void return_credits();
  void on_halt(RankId from, const Halt& halt);
  void begin_halt(const Halt& halt);
  void judge_host(RankId rank);
  void bench_rank(RankId rank, const std::string& why);
  void reinstate(RankId rank);
  void on_benched(RankId from, const Benched& benched);
  void stand_down();
  std::vector<RankId> fit(const std::vector<RankId>& ranks) const;
  void end_when_all_benched();
  std::optional<Seconds> time_needed(const Retry& retry = {}) const;
  bool ends_in_time(const Retry& retry = {}) const;
  void rest_when_idle();
  void on_rest(RankId from, const Rest& rest);
  void end_when_all_rest();
  void end_when_complete();
  bool waits_for_others() const;
  void count_energy();
  void follow_energy();

  struct MessageHandler;

  RankPlan plan_;
  const Encoding& encoding_;
  const Clock& clock_;
  Layout layout_;
  Rng rng_;
  Seen seen_;
  History history_;
  std::vector<Island> islands_;
  std::optional<Knowledge> knowledge_;  ///< where islands learn from each other
  std::vector<std::size_t> turns_;      ///< indices of islands, in the order in which they breed
  std::size_t next_turn_ = 0;

  std::int32_t slots_ = 0;
  std::int32_t next_slot_ = 0;
  std::vector<std::int32_t> free_;  ///< the last is used next
  absl::flat_hash_map<TrialId, Open> open_;
  std::deque<Retry> retries_;
  std::map<TrialId, Retry> parked_;
  ParkedTrials waiting_;               ///< the same, in the order in which the rule asks for them
  std::set<TrialId> recalled_;         ///< parked ones that a rule that is a program wants back
  bool parked_too_late_ = false;       ///< one should go on, and would not end in time
  bool ending_parked_ = false;         ///< finalists go on; the others end when nothing runs here
  std::set<TrialId> parked_anywhere_;  ///< rank 0
  std::map<std::int64_t, Asking> asking_;
  std::int64_t asks_ = 0;
  std::map<std::int64_t, std::optional<Params>> held_;  ///< answers that came while paused
  std::uint64_t counter_ = 0;

  CreditPurse purse_;
  std::optional<CreditBank> bank_;      ///< rank 0
  std::optional<EnergyBudget> energy_;  ///< rank 0
  std::optional<Halt> closed_for_;      ///< rank 0: why nothing new begins
  std::int64_t unfinished_ = 0;         ///< rank 0: trials bred and not ended, anywhere
  Wards wards_;                         ///< rank 0
  std::size_t next_heir_ = 1;           ///< rank 0
  std::set<RankId> lost_;
  TrialTimes times_;
  std::optional<Rest> rested_;    ///< what rank 0 was told last
  std::map<RankId, Rest> rests_;  ///< rank 0
  std::int64_t leases_ = 0;       ///< rank 0: attempts of this start, anywhere
  bool begun_ = false;
  bool paused_ = false;
  bool used_up_ = false;        ///< this rank has seen the whole space
  bool space_used_up_ = false;  ///< rank 0: some rank has
  bool ever_reported_ = false;  ///< somebody has, as far as is known here
  HostWatch watch_;             ///< rank 0
  bool benched_ = false;        ///< this rank
  /// Rank 0: those that start no more trials, and whether the first report there would change that.
  std::map<RankId, bool> bench_;
  std::optional<Halt> halted_;
  std::vector<Action> actions_;
};

}  // namespace evolt
