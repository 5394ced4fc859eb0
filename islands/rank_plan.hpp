#pragma once

#include "core/ids.hpp"
#include "core/message.hpp"
#include "core/trial.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "estimators/estimator.hpp"
#include "estimators/objective.hpp"
#include "estimators/outlook.hpp"
#include "estimators/window.hpp"
#include "islands/energy_budget.hpp"
#include "islands/island.hpp"
#include "islands/layout.hpp"
#include "islands/topology.hpp"
#include "propagator/propagator.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// Of a run, not of the study: the same command goes on.
struct RunLimit {
  Seconds ends;                    ///< by Clock::now(): then running trials are asked to end
  std::optional<Seconds> longest;  ///< from a run's start to there; nullopt: not known
};

/// A stopping rule that is a program. It is asked at each report, and answers when it can.
struct AskedRule {
  Window window;       ///< when it is asked at all
  bool parks = false;  ///< what it parks can go on later; else it is stopped

  friend bool operator==(const AskedRule&, const AskedRule&) = default;
};

/// Everything a rank is told before it begins.
struct RankPlan {
  RankId self{};
  Layout layout{1, 1};            ///< all copies of one share it
  std::uint32_t incarnation = 1;  ///< how often the study was started, this time included
  std::uint64_t seed = 0;
  std::int32_t slots = 0;    ///< attempts that can run at once here
  bool slots_return = true;  ///< a slot is free again when its attempt has ended

  std::int64_t credits = 0;     ///< rank 0: trials of the budget that were not bred yet
  std::int64_t unfinished = 0;  ///< rank 0: trials of earlier starts that will come as Retry
  std::int32_t attempts = 3;    ///< of one trial, when attempts are lost
  bool continues = false;       ///< a further attempt goes on where the last one left off
  bool rerun = false;           ///< attempts have goals; a trial is run again with the next one
  /// Whether the attempts of a trial left a checkpoint that can be read here. Where it is set,
  /// trials start from a parent's. Thread: loop.
  std::function<bool(const TrialId&)> left_checkpoint;
  /// So many trials in a row that fail without a single report, before any has reported, mean that
  /// a rank cannot run trials (HostWatch): it is benched; when all are, the command itself is
  /// broken, and the run ends and says so. 0: never.
  std::int32_t give_up_after = 5;
  bool proven = false;  ///< an earlier start had a result: the command works
  Fidelity fidelity;
  std::optional<RunLimit> limit;  ///< what would not end before is not begun
  std::optional<Seconds> wall;    ///< the longest that an attempt may run
  KnownTimes times;               ///< of trials of earlier starts
  /// Rank 0: it has followed the events of earlier starts. nullopt: energy has no budget.
  std::optional<EnergyBudget> energy;
  std::optional<Joules> most_joules;  ///< a trial that has used more fails
  bool estimated = false;             ///< joules that nothing measured count there too

  Objective objective;
  Estimator estimator;
  Outlook outlook;                ///< what the estimator sees
  std::optional<AskedRule> rule;  ///< judges in the place of `estimator`, its fallback
  double audit = 0;               ///< share of the doomed that runs on

  std::int32_t population = 24;
  bool noise = false;            ///< leaders are evaluated again
  bool learns_from_all = false;  ///< islands learn from the results of all of them
  Topology topology;
  MigrationOptions migration;
  std::vector<Propagator> propagators;  ///< one for each of layout.islands_of(self), in that order
  /// One per island: the name that proposals of its plug-in bear; empty: it has none. No element:
  /// no island has one. The island's propagator breeds where its plug-in does not.
  std::vector<std::string> plugins;
  std::vector<Params> start;  ///< the user's points, shared out between the ranks
  std::vector<Params> prior;  ///< the best of other studies, shared out too
  std::int32_t sampled = 0;   ///< of each island, spread over the space before it breeds
};

}  // namespace evolt
