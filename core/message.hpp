#pragma once

#include "core/curve.hpp"
#include "core/event.hpp"
#include "core/ids.hpp"
#include "core/individual.hpp"
#include "core/outcome.hpp"
#include "core/trial.hpp"
#include "core/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace evolt {

/// What one rank tells another. What goes directly keeps its order between two ranks; broadcasts
/// take the ways of their trees and keep none.

/// How long trials took, as far as it is known.
struct KnownTimes {
  std::vector<Seconds> ended;  ///< of those trained to their end, the latest last
  Seconds longest_cut;         ///< of attempts that were cut short; 0: there is none

  friend bool operator==(const KnownTimes&, const KnownTimes&) = default;
};

/// First word of rank 0 to every other rank.
struct Welcome {
  std::uint32_t incarnation = 1;
  std::string study;          ///< the resolved study as JSON
  std::int64_t bred = 0;      ///< trials of earlier starts
  bool has_results = false;   ///< whether an earlier start got a result
  std::vector<Params> prior;  ///< good configurations of other studies, best first
  KnownTimes times;           ///< of earlier starts

  friend bool operator==(const Welcome&, const Welcome&) = default;
};

/// A lost trial to be run again by the rank that receives it; rank 0 gives one that comes from
/// another rank to a third.
struct Retry {
  Trial trial;
  std::int32_t attempt = 2;  ///< the number of the new attempt
  std::string checkpoint;    ///< directory to continue from; empty: from scratch
  Metrics known;             ///< the last value of each metric in earlier attempts
  std::int64_t steps = 0;    ///< the last step they reported
  /// By earlier attempts together; where each begins anew, by the last that was not lost. nullopt:
  /// there was none.
  std::optional<Usage> used;
  Seconds longest_cut;            ///< of them
  std::int32_t losses = 0;        ///< attempts of this start of the study that vanished
  std::optional<Verdict> parked;  ///< it waits until the stopping rule wants it to go on; why
  std::int64_t goal = 0;          ///< of the new attempt; 0: as far as the stopping rule says
  bool audited = false;           ///< a verdict against it was not carried out, and none will be

  friend bool operator==(const Retry&, const Retry&) = default;
};

/// A new member of an island, to the other ranks of that island; where islands learn from each
/// other, to all ranks.
struct Admitted {
  IslandId island{};
  Individual individual;

  friend bool operator==(const Admitted&, const Admitted&) = default;
};

/// An individual came to, or left, an island; to every rank of that island. Of all that is known
/// about an individual on an island, the highest hop stands, and of equals that it has left.
struct Moved {
  IslandId island{};
  Individual individual;
  std::int64_t hop = 0;
  bool present = true;
  RankId owner{};  ///< the rank that may move it on

  friend bool operator==(const Moved&, const Moved&) = default;
};

/// A point of a curve, to every rank: stopping rules compare with all curves of the study.
struct Progress {
  TrialId trial;
  CurvePoint point;

  friend bool operator==(const Progress&, const Progress&) = default;
};

/// A curve is complete.
struct CurveEnded {
  TrialId trial;
  Ending ending = Ending::finished;

  friend bool operator==(const CurveEnded&, const CurveEnded&) = default;
};

/// An event, to the recorder.
struct Recorded {
  Event event;

  friend bool operator==(const Recorded&, const Recorded&) = default;
};

/// Budget: a credit is the right to breed one trial.
struct CreditAsk {
  std::int64_t wanted = 0;

  friend bool operator==(const CreditAsk&, const CreditAsk&) = default;
};
struct CreditGrant {
  std::int64_t credits = 0;

  friend bool operator==(const CreditGrant&, const CreditGrant&) = default;
};
/// Rank 0 has none left while somebody hungers: give back what is not used.
struct CreditRecall {
  friend bool operator==(const CreditRecall&, const CreditRecall&) = default;
};
struct CreditReturn {
  std::int64_t credits = 0;

  friend bool operator==(const CreditReturn&, const CreditReturn&) = default;
};

/// Rank 0 to all: only parked trials are left. The finalists among them go on, the others end.
struct EndParked {
  friend bool operator==(const EndParked&, const EndParked&) = default;
};

/// A rank to rank 0: nothing runs here, and nothing more would end before the run's time limit.
struct Rest {
  std::int64_t held = 0;          ///< trials that are left for a later start
  std::optional<Seconds> needed;  ///< by the shortest of all that is held back; nullopt: nothing is

  friend bool operator==(const Rest&, const Rest&) = default;
};

/// A rank starts no more trials: its host cannot run them. Rank 0 to that rank, or a rank that
/// found out itself to rank 0.
struct Benched {
  std::string text;   ///< why
  bool over = false;  ///< it was a mistake; rank 0 only

  friend bool operator==(const Benched&, const Benched&) = default;
};

/// Why a run ends.
enum class EndReason {
  complete,     ///< the budget is used
  exhausted,    ///< every configuration of the space has been proposed
  interrupted,  ///< a signal; the same command goes on
  seconds,      ///< budget.seconds is used
  failed,       ///< the recorder or another rank cannot go on
  joules,       ///< the budget of energy is used
  gain,         ///< what a joule still brings is less than budget.gain_per_joule
};

/// Rank 0 to all: no new trials. Running ones are stopped (and kept for a retry) unless the study
/// is complete, or has used its energy: then they run to their ends. A rank tells rank 0 the same
/// when it must end.
struct Halt {
  EndReason reason = EndReason::complete;
  std::string text;

  friend bool operator==(const Halt&, const Halt&) = default;
};

/// Nothing but a sign of life: every rank to rank 0, and rank 0 to all.
struct Alive {
  friend bool operator==(const Alive&, const Alive&) = default;
};

/// Rank 0 to all: a rank died, or is silent and is taken for dead. Nothing is expected of it.
struct RankLost {
  RankId rank{};

  friend bool operator==(const RankLost&, const RankLost&) = default;
};

/// A rank's last word to rank 0, and then rank 0's to each.
struct Farewell {
  std::int64_t sent = 0;  ///< every direct message before it on this link
  /// To all ranks, to island 0, 1, 2, ...: what this rank broadcast; from rank 0, what all did.
  std::vector<std::int64_t> broadcasts;

  friend bool operator==(const Farewell&, const Farewell&) = default;
};

using Message = std::variant<Welcome, Retry, Admitted, Moved, Progress, CurveEnded, Recorded,
                             CreditAsk, CreditGrant, CreditRecall, CreditReturn, Halt, Farewell,
                             Alive, RankLost, Rest, Benched, EndParked>;

/// How a message goes round: from one rank to the ranks of an island, or to all.
struct Broadcast {
  RankId origin{};
  std::optional<IslandId> island;  ///< nullopt: to every rank

  friend bool operator==(const Broadcast&, const Broadcast&) = default;
};

/// A message on its way.
struct Parcel {
  Message message;
  std::optional<Broadcast> broadcast;  ///< nullopt: from its sender to its receiver alone

  friend bool operator==(const Parcel&, const Parcel&) = default;
};

}  // namespace evolt
