#pragma once

#include "core/event.hpp"
#include "core/ids.hpp"
#include "core/message.hpp"
#include "estimators/outlook.hpp"
#include "islands/layout.hpp"
#include "service/report/ledger.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace evolt {

/// What a rank must be told of the study's earlier starts.
struct Memory {
  RankId to{};
  Message message;
};

struct RestoreOptions {
  Outlook outlook;               ///< what stopping rules see
  bool continues = false;        ///< RankPlan's
  bool learns_from_all = false;  ///< RankPlan's
};

/// Turns a ledger back into the messages that rebuild every rank, whatever the number of ranks and
/// islands is now: who lives where, the curves, and the trials that never ended, dealt out in turn
/// to their islands' ranks. Islands that no longer exist are merged into those that do.
std::vector<Memory> restore(const Ledger& ledger, const Layout& layout,
                            const RestoreOptions& options);

/// How long trials of earlier starts took. Requires: losses() were recorded.
KnownTimes trial_times(const Ledger& ledger);

/// What an attempt had used when it last reported, its energy at the last report that had one: the
/// least it can have used. Nobody lived to see its end, so processor time is not known.
Usage known_usage(const Ledger& ledger, const LedgerTrial& trial, std::int32_t attempt);

/// The attempts that were running when the study's process ended, as events to be recorded, with
/// what is known of their use.
std::vector<Event> losses(const Ledger& ledger, Seconds now);

}  // namespace evolt
