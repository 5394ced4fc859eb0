#pragma once

#include "core/clock.hpp"
#include "core/message.hpp"
#include "islands/mailbox.hpp"
#include "islands/rank.hpp"
#include "service/run/poll_pause.hpp"
#include "service/run/programs.hpp"
#include "service/run/recorder.hpp"
#include "workers/event_loop.hpp"
#include "workers/executor.hpp"

#include <absl/status/status.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// A rank that died, and how.
struct Death {
  RankId rank{};
  std::string reason;
};

/// The world around one rank. All of it outlives the loop.
struct RankWorld {
  boost::asio::io_context& io;
  const Clock& clock;
  Mailbox& mailbox;
  Rank& rank;
  Executor& executor;
  Recorder* recorder = nullptr;                 ///< rank 0 only
  Programs* programs = nullptr;                 ///< the user's, where the study names some
  std::optional<Seconds> time_budget;           ///< of the study; rank 0 looks after it
  std::optional<Seconds> ends;                  ///< of the run, by Clock::now(); likewise
  std::function<void()> on_beat;                ///< ten times a second, for a display; may be empty
  std::function<void(const std::string&)> say;  ///< to the user; may be empty
  std::vector<RankId> kin;                      ///< this rank cannot go on without them
  std::function<std::vector<Death>()> deaths;   ///< rank 0: since the last call; may be empty
  /// Beats without a word from a rank after which it is taken for dead: a minute.
  std::int64_t longest_silence = 600;
};

/// Drives a Rank for real: its actions go to the executor, the mailbox and the recorder; what comes
/// back goes in. One thread; between two turns it sleeps, the longer the quieter it is. Thread:
/// loop.
class RankLoop final : public TrialObserver {
 public:
  explicit RankLoop(RankWorld world);
  ~RankLoop() override;

  /// Runs to the end of the study on all ranks. Errors: data_loss when messages went missing;
  /// aborted when this rank must end at once, because rank 0 is gone or takes it for dead; the
  /// recorder's.
  absl::Status run();

  /// Ends the run early, in good order. Safe from a handler of the same loop.
  void interrupt(EndReason reason, std::string text);

  /// Ranks that died meanwhile.
  std::int32_t ranks_lost() const { return ranks_lost_; }

  void on_process(const TrialId& trial, std::int32_t attempt, pid_t process) override;
  Verdict on_measurement(const TrialId& trial, std::int32_t attempt,
                         const Measurement& measurement) override;
  void on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) override;
  void on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
               const Usage& usage) override;
  void on_not_started(const TrialId& trial, std::int32_t attempt, std::string_view reason) override;

 private:
  void wake();
  void turn();
  bool take_actions();
  bool look_for_letters();
  bool take_letters();
  void carry_out(Action& action);
  std::string what_is_left_by(RankId lost) const;
  void say_benched(const TellBenched& benched) const;
  void begin_programs();
  void tell_programs(const Action& action);
  void look_after_storage();
  void look_after_ranks();
  void leave(std::string why);
  void beat();
  void plan_next_turn(bool busy);

  RankWorld world_;
  LoopTasks tasks_;
  LoopTimer poll_timer_;
  LoopTimer beat_timer_;
  bool awake_ = false;
  bool parted_ = false;
  bool paused_ = false;
  bool over_ = false;
  bool broken_ = false;  ///< messages were lost
  struct NotStarted {
    TrialId trial;
    std::int32_t attempt = 0;
    std::string why;
  };
  std::vector<NotStarted> not_started_;  ///< told at the next beat
  int failed_starts_ = 0;                ///< in a row
  PollPause pause_;
  Seconds next_look_;
  LookPause look_pause_;
  std::int32_t ranks_lost_ = 0;
  absl::Status status_;
};

}  // namespace evolt
