#pragma once

#include "core/clock.hpp"
#include "islands/mailbox.hpp"
#include "islands/rank.hpp"
#include "service/scaling/processor_costs.hpp"
#include "service/scaling/quiet_looks.hpp"
#include "service/scaling/virtual_network.hpp"
#include "service/scaling/virtual_trials.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// Hears what simulated ranks do.
class VirtualObserver {
 public:
  virtual ~VirtualObserver() = default;

  /// A trial runs from `at` on; VirtualRank::end() ends it.
  virtual void on_start(RankId rank, const Trial& trial, Seconds at) = 0;

  /// A rank took in the result of another rank's trial.
  virtual void on_heard(RankId rank, const TrialId& trial, Seconds at) = 0;

  /// Rank 0 wrote it down.
  virtual void on_event(const Event& event, Seconds at) = 0;
};

/// What all simulated ranks share. All of it outlives them.
struct VirtualWorld {
  const Study& study;
  const Encoding& encoding;
  const Layout& layout;
  std::string welcome;  ///< the study as rank 0 sends it
  ManualClock& clock;
  VirtualNetwork& network;
  Seconds overhead;  ///< the fabric's, of each frame received
  const ProcessorCosts& costs;
  QuietLooks looks;
  const VirtualTrials& trials;
  VirtualObserver& observer;
};

/// One rank: a real Rank and Mailbox, and what RankLoop does for them, as a server in virtual time.
/// Each step does the next piece of the loop's work at once and keeps the loop busy for what that
/// costs; between turns it sleeps as RankLoop does.
class VirtualRank {
 public:
  VirtualRank(VirtualWorld& world, RankId self);

  /// A trial's time is over; the loop is told when it is free.
  void end(const Trial& trial);

  /// The next piece of work. Requires: next_step() <= now.
  void step(Seconds now);

  /// When the loop has something to do; nullopt: not before a frame comes or a trial ends.
  std::optional<Seconds> next_step() const;

  /// A sign of life is due; they come as often as RankLoop's.
  void give_sign(Seconds now);

  /// Whether it has left, having everything.
  bool over() const { return over_; }

  /// How long its loop was busy.
  Seconds busy() const { return busy_; }

  const Traffic& traffic() const { return mailbox_.traffic(); }
  const absl::Status& status() const { return status_; }
  const Rank& rank() const { return *rank_; }

 private:
  void begin(Seconds now);
  void lead(Seconds now);
  void look_for_welcome(Seconds now);
  void take_outcomes();
  bool take_actions(Seconds now);
  bool take_letters(Seconds now);
  void carry_out(Action& action, Seconds now);
  absl::StatusOr<std::vector<Letter>> collect(Seconds now);
  void end_turn(Seconds now);
  void send(Seconds now, bool force);
  void charge(Seconds cost) { spent_ += cost; }

  VirtualWorld& world_;
  RankId self_;
  Mailbox mailbox_;
  std::optional<Rank> rank_;
  std::vector<Letter> early_;  ///< came before the welcome
  std::deque<Trial> ended_;
  Seconds spent_;        ///< in this step
  Seconds free_at_;      ///< when the loop has done its work so far
  Seconds quiet_since_;  ///< when it last found something to do
  Seconds busy_;
  bool turning_ = false;
  bool found_work_ = false;  ///< in this turn
  bool parted_ = false;
  bool over_ = false;
  absl::Status status_;
};

}  // namespace evolt
